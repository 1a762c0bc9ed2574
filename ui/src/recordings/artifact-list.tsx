import { Link } from '@tanstack/react-router';
import type { Artifact } from '../api/artifacts.ts';
import { momentText } from '../parts/when.ts';
import { kindIcons } from './artifact-icons.ts';
import { artifactGist, kindWords } from './artifact-words.ts';
import styles from './recordings.module.css';

/** Links to artifacts of one meeting, with when each began. */
export function ArtifactList({ artifacts, zone }: { artifacts: Artifact[]; zone: string }) {
  if (artifacts.length === 0) return null;
  return (
    <ul className={styles.artifactList}>
      {artifacts.map((artifact) => {
        const Icon = kindIcons[artifact.kind];
        const gist = artifactGist(artifact);
        return (
          <li key={artifact.id}>
            <Icon aria-hidden />
            <Link to="/recordings/$artifactId" params={{ artifactId: artifact.id }}>
              {kindWords[artifact.kind].name}
            </Link>
            <span className={styles.gist}>
              {momentText(artifact.startedAt, zone)}
              {gist && `, ${gist}`}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
