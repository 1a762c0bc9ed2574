import { Button } from '@fluentui/react-components';
import { ArrowClockwise20Regular } from '@fluentui/react-icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import {
  meetingArtifactsQuery,
  refreshArtifacts,
  type Artifact,
  type ArtifactKind,
  type Capture,
  type MeetingArtifacts as Found,
} from '../api/artifacts.ts';
import type { Meeting } from '../api/queries.ts';
import { DiagnoseLink } from '../diagnostics/diagnose-link.tsx';
import { CopyField } from '../parts/copy.tsx';
import { Card } from '../parts/page.tsx';
import { ChangeProblem, ProblemView, QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { useChange } from '../parts/use-change.ts';
import { dayKey, momentText, timeText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { kindIcons } from './artifact-icons.ts';
import { artifactGist, captureStates, foundSentence, kindWords } from './artifact-words.ts';
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
    <Card label="Recordings and transcripts">
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

type RowProps = { capture: Capture; artifacts: Artifact[]; meeting: Meeting; now: number };

function CaptureRow({ capture, artifacts, meeting, now }: RowProps) {
  const zone = useMe().member.timeZone;
  const { kind, state, problem, nextLookAt } = capture;
  const Icon = kindIcons[kind];
  const looks = nextLookAt && (state === 'waiting' || state === 'refused');
  const next = looks ? lookSentence({ at: nextLookAt, waiting: state === 'waiting', end: meeting.end }, now, zone) : '';
  return (
    <li>
      <Icon aria-hidden className={styles.captureIcon} />
      <div>
        <h3>
          {kindWords[kind].name} <StateLabel {...captureStates[state]} />
        </h3>
        <Ways artifacts={artifacts} meeting={meeting} zone={zone} />
        {problem ? (
          <ProblemView
            problem={problem}
            waits={state !== 'refused'}
            actions={<WhatHelps code={problem.code} meeting={meeting} />}
          >
            {next && <p>{next}</p>}
          </ProblemView>
        ) : (
          artifacts.length === 0 && (
            <p>
              {standing(capture)} {next}
            </p>
          )
        )}
        {state === 'off' && <WhereToSwitchOn kind={kind} meeting={meeting} />}
      </div>
    </li>
  );
}

const scopes: Record<ArtifactKind, string> = {
  recording: 'OnlineMeetingRecording.Read.All',
  transcript: 'OnlineMeetingTranscript.Read.All',
  attendance: 'OnlineMeetingArtifact.Read.All',
};

/** What a Teams administrator pastes, where one line is all that it needs. */
const cmdlets: Record<string, string | undefined> = {
  transcripts_disabled: 'Set-CsTeamsMeetingConfiguration -Identity Global -EnableGraphTranscriptAccess $true',
  speaker_attribution_disabled: 'Set-CsTeamsMeetingConfiguration -Identity Global -EnableAttributedTranscripts $true',
};

function WhatHelps({ code, meeting }: { code: string; meeting: Meeting }) {
  const cmdlet = cmdlets[code];
  return (
    <div className={styles.helps}>
      {cmdlet && <CopyField text={cmdlet} what="the cmdlet" />}
      <DiagnoseLink
        connectionId={meeting.connectionId}
        tenantConnectionId={meeting.tenantConnectionId}
        words="Run the diagnosis"
      />
    </div>
  );
}

const verbs: Record<Artifact['kind'], string> = {
  recording: 'Watch the recording of',
  transcript: 'Read the transcript of',
  attendance: 'See who was there from',
};

/** The way to each artifact of a kind, by when it began. */
function Ways({ artifacts, meeting, zone }: { artifacts: Artifact[]; meeting: Meeting; zone: string }) {
  if (artifacts.length === 0) return null;
  const sameDay = (at: string) => dayKey(at, zone) === dayKey(meeting.start, zone);
  return (
    <ul className={styles.artifactList}>
      {artifacts.toReversed().map((artifact) => (
        <li key={artifact.id}>
          <Link to="/recordings/$artifactId" params={{ artifactId: artifact.id }}>
            {verbs[artifact.kind]}{' '}
            {sameDay(artifact.startedAt) ? timeText(artifact.startedAt, zone) : momentText(artifact.startedAt, zone)}
          </Link>
          <span className={styles.gist}>{artifactGist(artifact)}</span>
        </li>
      ))}
    </ul>
  );
}

/** So long after the end of a meeting the server looks for what Microsoft has not made yet. */
const patienceMs = 48 * 3_600_000;

type Look = { at: string; waiting: boolean; end: string };

/** `Parley looks again at 10:40, and until Thu 26 Nov 2026, 10:30.` */
function lookSentence({ at, waiting, end }: Look, now: number, zone: string): string {
  const until = waiting ? `, and until ${momentText(Date.parse(end) + patienceMs, zone)}` : '';
  if (Date.parse(at) <= now) return `Parley is looking now${until}.`;
  const today = dayKey(at, zone) === dayKey(now, zone);
  return `Parley looks again ${today ? `at ${timeText(at, zone)}` : `on ${momentText(at, zone)}`}${until}.`;
}

/** What is said of a kind of which nothing can be opened here. */
function standing({ state, sentence, found }: Capture): string {
  if (state === 'waiting') return 'Microsoft needs minutes to hours after a meeting.';
  if (state !== 'ready') return sentence;
  return found === 0
    ? 'What was here is deleted.'
    : `${sentence} You do not take part in this meeting, so that it is not shown to you.`;
}

function WhereToSwitchOn({ kind, meeting }: { kind: ArtifactKind; meeting: Meeting }) {
  const { tenantConnectionId } = meeting;
  const { mayManage } = useMe();
  if (!mayManage) return null;
  if (!tenantConnectionId) {
    return (
      <p>
        Whoever runs this server adds the permission <code>{scopes[kind]}</code> to <code>MicrosoftTeams__Scopes</code>,
        and the organizer connects again.
      </p>
    );
  }
  return (
    <Link to="/microsoft-365/setup/$id" params={{ id: tenantConnectionId }} search={{ step: 'permissions' }}>
      Switch it on in the setup guide
    </Link>
  );
}
