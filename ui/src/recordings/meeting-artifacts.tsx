import { Button } from '@fluentui/react-components';
import { ArrowClockwise20Regular } from '@fluentui/react-icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import {
  meetingArtifactsQuery,
  refreshArtifacts,
  type Artifact,
  type Capture,
  type MeetingArtifacts as Found,
} from '../api/artifacts.ts';
import type { Meeting } from '../api/queries.ts';
import { DiagnoseLink } from '../diagnostics/diagnose-link.tsx';
import { Card } from '../parts/page.tsx';
import { ChangeProblem, ProblemView, QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { useChange } from '../parts/use-change.ts';
import { dayKey, momentText, timeText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { kindIcons } from './artifact-icons.ts';
import { captureStates, foundSentence, kindWords } from './artifact-words.ts';
import { ArtifactList } from './artifact-list.tsx';
import styles from './recordings.module.css';

type Props = { meeting: Meeting; now: number; children?: ReactNode };

/** What is left of a meeting, kind by kind, and how the search for it stands; before it has begun there is nothing to say. */
export function MeetingArtifacts({ meeting, now, children }: Props) {
  const begun = Date.parse(meeting.start) <= now;
  const { data, error, refetch } = useQuery({
    ...meetingArtifactsQuery(meeting.id),
    enabled: begun,
    refetchInterval: ({ state: { data: shown } }) =>
      shown?.captures.some(({ state }) => state === 'waiting') ? 10_000 : 60_000,
  });
  if (!begun) return null;
  return (
    <Card>
      <div className={styles.sectionHead}>
        <h2 className={styles.cardTitle}>Recordings and transcripts</h2>
        {data && <Refresh meetingId={meeting.id} before={data} />}
      </div>
      {!data && error && <QueryProblem error={error} retry={refetch} />}
      {!data && !error && <SkeletonRows rows={3} height="48px" />}
      {data && (
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

/** Looks at Microsoft now, and says what that has brought. */
function Refresh({ meetingId, before }: { meetingId: string; before: Found }) {
  const { mayBook } = useMe();
  const queries = useQueryClient();
  const [said, say] = useState('');
  const refresh = useChange(
    ['artifacts'],
    () => refreshArtifacts(meetingId),
    (after) => {
      queries.setQueryData(meetingArtifactsQuery(meetingId).queryKey, after);
      say(foundSentence(before.captures, after.captures));
    },
  );
  const possible = before.captures.some(({ state }) => state !== 'off' && state !== 'not_possible');
  if (!mayBook || !possible) return null;
  return (
    <div className={styles.refresh}>
      <Button
        icon={<ArrowClockwise20Regular />}
        disabledFocusable={refresh.isPending}
        onClick={() => {
          say('');
          refresh.mutate();
        }}
      >
        Refresh recordings
      </Button>
      <span role="status">{refresh.isPending ? 'Looking at Microsoft…' : said}</span>
      <ChangeProblem error={refresh.error} />
    </div>
  );
}

type RowProps = { capture: Capture; artifacts: Artifact[]; meeting: Meeting; now: number };

function CaptureRow({ capture, artifacts, meeting, now }: RowProps) {
  const zone = useMe().member.timeZone;
  const { kind, state, sentence, problem, nextLookAt } = capture;
  const Icon = kindIcons[kind];
  const next = nextLookAt && (state === 'waiting' || state === 'refused') ? lookSentence(nextLookAt, now, zone) : '';
  return (
    <li>
      <Icon aria-hidden className={styles.captureIcon} />
      <div>
        <h3>
          {kindWords[kind].name} <StateLabel {...captureStates[state]} />
        </h3>
        <ArtifactList artifacts={artifacts} zone={zone} />
        {problem ? (
          <ProblemView problem={problem} waits={state !== 'refused'}>
            {next && <p>{next}</p>}
            <DiagnoseLink
              connectionId={meeting.connectionId}
              tenantConnectionId={meeting.tenantConnectionId}
              words="Run the diagnosis"
            />
          </ProblemView>
        ) : (
          <p>
            {sentence} {next}
          </p>
        )}
        {state === 'off' && <WhereToSwitchOn meeting={meeting} />}
      </div>
    </li>
  );
}

/** `Parley looks again at 10:40.` */
function lookSentence(at: string, now: number, zone: string): string {
  if (Date.parse(at) <= now) return 'Parley is looking now.';
  const today = dayKey(at, zone) === dayKey(now, zone);
  return `Parley looks again ${today ? `at ${timeText(at, zone)}` : `on ${momentText(at, zone)}`}.`;
}

function WhereToSwitchOn({ meeting: { tenantConnectionId } }: { meeting: Meeting }) {
  const { mayManage } = useMe();
  if (!mayManage || !tenantConnectionId) return null;
  return (
    <Link to="/microsoft-365/setup/$id" params={{ id: tenantConnectionId }} search={{ step: 'permissions' }}>
      Switch it on in the setup guide
    </Link>
  );
}
