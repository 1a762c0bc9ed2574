import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { artifactQuery, type Artifact } from '../api/artifacts.ts';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { spanText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { ArtifactCard } from './artifact-card.tsx';
import { kindWords } from './artifact-words.ts';
import { AttendanceTable } from './attendance-table.tsx';
import { OfSameMeeting } from './of-same-meeting.tsx';
import { Deleted } from './deleted.tsx';
import { RecordingView } from './recording-view.tsx';
import styles from './recordings.module.css';

const route = getRouteApi('/recordings/$artifactId');

/** One recording, transcript or attendance report; a transcript and its recording are one page. */
export function ArtifactPage() {
  const { artifactId } = route.useParams();
  const zone = useMe().member.timeZone;
  const { data, error, refetch } = useQuery({
    ...artifactQuery(artifactId),
    refetchInterval: ({ state: { data: shown } }) => (shown?.storage === 'fetching' ? 5_000 : 60_000),
  });
  const back = { link: { to: '/recordings', search: {} }, words: 'Recordings' } as const;
  if (!data) {
    return (
      <Page title="Recording" back={back}>
        {error ? <QueryProblem error={error} retry={refetch} /> : <SkeletonRows rows={2} height="240px" />}
      </Page>
    );
  }
  const span = { start: data.startedAt, end: data.endedAt ?? data.startedAt };
  return (
    <Page title={data.subject} lead={`${kindWords[data.kind].name}, ${spanText(span, zone)}`} back={back}>
      <Content key={data.id} artifact={data} />
    </Page>
  );
}

function Content({ artifact }: { artifact: Artifact }) {
  const { t, q = '' } = route.useSearch();
  const { data: paired, isPending } = useQuery({
    ...artifactQuery(artifact.pairedWith ?? ''),
    enabled: artifact.pairedWith !== null,
  });
  const both = [artifact, paired].filter((one) => one !== undefined);
  const of = (kind: Artifact['kind']) => both.find((one) => one.kind === kind && one.deletedAt === null);
  const [recording, transcript] = [of('recording'), of('transcript')];
  const waits = artifact.pairedWith !== null && isPending;
  return (
    <div className={styles.parts}>
      {artifact.deletedAt && <Deleted artifact={artifact} deletedAt={artifact.deletedAt} />}
      {waits && <SkeletonRows rows={1} height="420px" />}
      {!waits && (recording || transcript) && (
        <RecordingView recording={recording} transcript={transcript} openedAt={artifact.kind} seconds={t} q={q}>
          <OfSameMeeting artifact={artifact} shown={both.map(({ id }) => id)} />
        </RecordingView>
      )}
      {artifact.kind === 'attendance' && !artifact.deletedAt && <AttendanceTable artifact={artifact} />}
      <div className={styles.cards}>
        {both.map((one) => (
          <ArtifactCard key={one.id} artifact={one} />
        ))}
        {!waits && !recording && !transcript && <OfSameMeeting artifact={artifact} shown={both.map(({ id }) => id)} />}
      </div>
    </div>
  );
}
