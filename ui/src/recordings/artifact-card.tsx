import { Button } from '@fluentui/react-components';
import { ArrowDownload20Regular, Delete20Regular } from '@fluentui/react-icons';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { downloadAddress, type Artifact } from '../api/artifacts.ts';
import { CopyButton } from '../parts/copy.tsx';
import { Actions, Card, Facts } from '../parts/page.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { count, dayText, durationText, timesText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { artifactState, kindWords, languageName, people, sizeText } from './artifact-words.ts';
import styles from './recordings.module.css';

const DeleteDialog = lazy(async () => ({ default: (await import('./delete-dialog.tsx')).DeleteDialog }));

/** What is known of one artifact, its files, and the way to delete it. */
export function ArtifactCard({ artifact }: { artifact: Artifact }) {
  const { mayManage } = useMe();
  const [deleting, setDeleting] = useState(false);
  const { name, of } = kindWords[artifact.kind];
  return (
    <Card label={`About the ${of}`}>
      <h2 className={styles.cardTitle}>{name}</h2>
      <Facts rows={useRows(artifact)} />
      {artifact.problem && (
        <div className={styles.trouble}>
          <ProblemView problem={artifact.problem} waits={artifact.storage === 'fetching'}>
            <p>It is played from Microsoft in the meantime.</p>
          </ProblemView>
        </div>
      )}
      {artifact.deletedAt === null && (
        <Actions>
          <Downloads artifact={artifact} />
          {mayManage && !artifact.held && (
            <Button appearance="subtle" icon={<Delete20Regular />} onClick={() => setDeleting(true)}>
              Delete this {of}…
            </Button>
          )}
        </Actions>
      )}
      <Suspense>{deleting && <DeleteDialog artifact={artifact} onClose={() => setDeleting(false)} />}</Suspense>
    </Card>
  );
}

function useRows(artifact: Artifact): [string, ReactNode][] {
  const { timeZone: zone } = useMe().member;
  const { startedAt, endedAt, bytes, sha256, transcript, attendance, keptUntil, deletedAt, held } = artifact;
  const rows: [string, ReactNode][] = [['State', <StateLabel key="state" {...artifactState(artifact, zone)} />]];
  if (endedAt) {
    const minutes = Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 60_000);
    const length =
      minutes > 0
        ? durationText(minutes)
        : count(Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000), 'second');
    rows.push(['Time', `${timesText({ start: startedAt, end: endedAt }, zone)} (${length})`]);
  }
  if (transcript?.language) rows.push(['Language', languageName(transcript.language)]);
  if (attendance) rows.push(['There', people(attendance.participants)]);
  if (bytes !== null) rows.push(['Size', sizeText(bytes)]);
  if (sha256) rows.push(['Checksum', <Checksum key="sha256" sha256={sha256} />]);
  if (deletedAt) return rows;
  if (held) rows.push(['Legal hold', <Held key="held" artifact={artifact} />]);
  rows.push(['Kept', keptWords({ keptUntil, held }, zone)]);
  return rows;
}

function keptWords({ keptUntil, held }: Pick<Artifact, 'keptUntil' | 'held'>, zone: string): string {
  if (held) return 'For as long as the legal hold lasts';
  return keptUntil ? `Until ${dayText(keptUntil, zone)}` : 'Until somebody deletes it';
}

function Checksum({ sha256 }: { sha256: string }) {
  return (
    <span className={styles.checksum}>
      <code title={sha256}>SHA-256 {sha256.slice(0, 12)}…</code>
      <CopyButton text={sha256} what="the SHA-256 checksum" size="small" />
    </span>
  );
}

function Held({ artifact: { bookingIds } }: { artifact: Artifact }) {
  const [first] = bookingIds;
  return (
    <>
      Nobody can delete it.{' '}
      {first && (
        <Link to="/bookings/$id" params={{ id: first }}>
          The booking says why
        </Link>
      )}
    </>
  );
}

const files: Record<Artifact['kind'], { words: string; format?: 'vtt' | 'text' | 'csv' }[]> = {
  recording: [{ words: 'Download MP4' }],
  transcript: [
    { words: 'Download VTT', format: 'vtt' },
    { words: 'Download as text', format: 'text' },
  ],
  attendance: [{ words: 'Download CSV', format: 'csv' }],
};

function Downloads({ artifact: { id, kind } }: { artifact: Artifact }) {
  return files[kind].map(({ words, format }) => (
    <Button key={words} as="a" icon={<ArrowDownload20Regular />} href={downloadAddress(id, format)} download>
      {words}
    </Button>
  ));
}
