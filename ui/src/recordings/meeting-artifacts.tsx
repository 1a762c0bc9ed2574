import { Button } from '@fluentui/react-components';
import { ArrowClockwise20Regular } from '@fluentui/react-icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import {
  meetingArtifactsQuery,
  refreshArtifacts,
  type Capture,
  type MeetingArtifacts as Found,
} from '../api/artifacts.ts';
import type { Meeting } from '../api/queries.ts';
import { Card } from '../parts/page.tsx';
import { ChangeProblem, QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useChange } from '../parts/use-change.ts';
import { useMe } from '../shell/me.ts';
import { foundSentence } from './artifact-words.ts';
import { CaptureRow } from './capture-row.tsx';
import styles from './recordings.module.css';
import { WhereToSwitchOn } from './where-to-switch-on.tsx';

type Props = { meeting: Meeting; now: number; children?: ReactNode };

/**
 * What is left of a meeting, kind by kind, and how the search for it stands. Before it has begun there is nothing to say,
 * unless Teams will keep nothing.
 */
export function MeetingArtifacts({ meeting, now, children }: Props) {
  const begun = Date.parse(meeting.start) <= now || meeting.kind !== 'calendar';
  const { data, error, refetch } = useQuery({
    ...meetingArtifactsQuery(meeting.id),
    enabled: begun,
    refetchInterval: ({ state: { data: shown } }) =>
      shown?.captures.some(({ state }) => state === 'waiting') ? 10_000 : 60_000,
  });
  const common = data && data.data.length === 0 ? commonState(data.captures) : undefined;
  if (!begun || (common === 'not_possible' && meeting.wanted === 'cancelled' && !children)) return null;
  return (
    <Card label="Recordings and transcripts">
      <div className={styles.sectionHead}>
        <h2 className={styles.cardTitle}>Recordings and transcripts</h2>
        {data && <Refresh meetingId={meeting.id} before={data} />}
      </div>
      {!data && error && <QueryProblem error={error} retry={refetch} />}
      {!data && !error && <SkeletonRows rows={3} height="48px" />}
      {data && common && <InCommon state={common} sentence={data.captures[0]?.sentence ?? ''} meeting={meeting} />}
      {data && !common && (
        <ul className={styles.captures}>
          {data.captures.map((capture) => (
            <CaptureRow
              key={capture.kind}
              capture={capture}
              artifacts={data.data.filter(({ kind, deletedAt }) => kind === capture.kind && deletedAt === null)}
              meeting={meeting}
              now={now}
            />
          ))}
        </ul>
      )}
      {children}
    </Card>
  );
}

type Blank = 'off' | 'not_possible';

/** The state of all kinds, where the same is to be said of each and nothing was found. */
function commonState(captures: Capture[]): Blank | undefined {
  return (['off', 'not_possible'] as const).find((state) => captures.every((capture) => capture.state === state));
}

/** One sentence for all kinds, instead of the same three times. */
function InCommon({ state, sentence, meeting }: { state: Blank; sentence: string; meeting: Meeting }) {
  if (state === 'not_possible') return <p className={styles.plain}>{sentence}</p>;
  return (
    <div className={styles.plain}>
      <p>Recordings, transcripts and attendance are not switched on for this organizer’s tenant or connection.</p>
      <WhereToSwitchOn kinds={['recording', 'transcript', 'attendance']} meeting={meeting} />
    </div>
  );
}

/** Looks at Microsoft now, and says what that has brought. */
function Refresh({ meetingId, before }: { meetingId: string; before: Found }) {
  const { mayBook } = useMe();
  const queries = useQueryClient();
  const [said, say] = useState('');
  const refresh = useChange(
    ['artifacts'],
    // What was found may be announced, and shown, before the answer comes.
    async (known: Capture[]) => ({ known, after: await refreshArtifacts(meetingId) }),
    ({ known, after }) => {
      queries.setQueryData(meetingArtifactsQuery(meetingId).queryKey, after);
      say(foundSentence(known, after.captures));
    },
  );
  const possible = before.captures.some(({ state }) => state !== 'off' && state !== 'not_possible');
  if (!mayBook || !possible) return null;
  return (
    <>
      <Button
        icon={<ArrowClockwise20Regular />}
        disabledFocusable={refresh.isPending}
        onClick={() => {
          say('');
          refresh.mutate(before.captures);
        }}
      >
        Refresh recordings
      </Button>
      <p role="status">{refresh.isPending ? 'Looking at Microsoft…' : said}</p>
      <ChangeProblem error={refresh.error} />
    </>
  );
}
