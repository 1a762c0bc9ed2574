import { Link } from '@tanstack/react-router';
import type { Artifact, Capture } from '../api/artifacts.ts';
import type { Meeting } from '../api/queries.ts';
import { DiagnoseLink } from '../diagnostics/diagnose-link.tsx';
import { CopyField } from '../parts/copy.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { dayKey, momentText, timeText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { kindIcons } from './artifact-icons.ts';
import { artifactGist, captureStates, kindWords } from './artifact-words.ts';
import styles from './recordings.module.css';
import { WhereToSwitchOn } from './where-to-switch-on.tsx';

type RowProps = { capture: Capture; artifacts: Artifact[]; meeting: Meeting; now: number };

/** How the search for one kind stands, and the way to what was found. */
export function CaptureRow({ capture, artifacts, meeting, now }: RowProps) {
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
        {state === 'off' && <WhereToSwitchOn kinds={[kind]} meeting={meeting} />}
      </div>
    </li>
  );
}

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
