import { LockClosed16Regular } from '@fluentui/react-icons';
import { Link } from '@tanstack/react-router';
import type { Artifact } from '../api/artifacts.ts';
import { dayKey, dayText, timesText, timeText } from '../parts/when.ts';
import { kindIcons } from './artifact-icons.ts';
import { artifactGist, kindWords } from './artifact-words.ts';
import type { Session } from './sessions.ts';
import styles from './recordings.module.css';

/** What is left of meetings, a heading for each day. */
export function SessionDays({ sessions, zone }: { sessions: Session[]; zone: string }) {
  const days = Map.groupBy(sessions, ({ start }) => dayKey(start, zone));
  return [...days].map(([key, onDay]) => (
    <section key={key} className={styles.day}>
      <h2>{dayText(onDay[0]?.start ?? key, zone)}</h2>
      <ul>
        {onDay.map((session) => (
          <li key={session.key} className={styles.session}>
            <span className={styles.time}>{timesText(session, zone)}</span>
            <div>
              <h3 className={styles.subject}>{session.subject}</h3>
              <ArtifactLinks artifacts={session.artifacts} subject={session.subject} zone={zone} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  ));
}

/** The way to each artifact, with what is worth knowing before it is opened. */
function ArtifactLinks({ artifacts, subject, zone }: { artifacts: Artifact[]; subject: string; zone: string }) {
  const several = (kind: Artifact['kind']) => artifacts.filter((artifact) => artifact.kind === kind).length > 1;
  return (
    <ul className={styles.links}>
      {artifacts.map((artifact) => (
        <li key={artifact.id}>
          <ArtifactLink
            artifact={artifact}
            subject={subject}
            began={several(artifact.kind) ? timeText(artifact.startedAt, zone) : undefined}
          />
        </li>
      ))}
    </ul>
  );
}

type LinkProps = {
  artifact: Artifact;
  subject: string;
  /** Told where it is one of several. */
  began: string | undefined;
};

function ArtifactLink({ artifact, subject, began }: LinkProps) {
  const Icon = kindIcons[artifact.kind];
  const gist = [began, artifactGist(artifact)].filter(Boolean).join(' · ');
  return (
    <Link to="/recordings/$artifactId" params={{ artifactId: artifact.id }} className={styles.link}>
      <Icon aria-hidden />
      <span>
        {kindWords[artifact.kind].name}
        <span className="visually-hidden"> of {subject}</span>
      </span>
      {gist && <span className={styles.gist}>{gist}</span>}
      {artifact.held && <LockClosed16Regular aria-label="on legal hold" />}
    </Link>
  );
}
