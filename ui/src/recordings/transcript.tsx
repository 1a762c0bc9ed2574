import { ToggleButton } from '@fluentui/react-components';
import { ArrowSync16Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { transcriptQuery, type Artifact, type TranscriptLine } from '../api/artifacts.ts';
import { useSettled } from '../attendees/use-settled.ts';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { TranscriptLines } from './transcript-lines.tsx';
import { TranscriptTools } from './transcript-tools.tsx';
import { useSpokenLine, type PlayerOf } from './use-spoken-line.ts';
import styles from './recordings.module.css';

type Props = {
  artifact: Artifact;
  /** The moment that the page was opened at, by the transcript’s clock. */
  startMs: number | undefined;
  q: string;
  /** The recording that it belongs to; none: the text stands alone. */
  player: PlayerOf | undefined;
};

/** What was said, with who said it and when; words in it can be searched, and it follows its recording. */
export function Transcript({ artifact, startMs, q, player }: Props) {
  const [text, setText] = useState(q);
  const asked = useSettled(text);
  const { data, error, refetch } = useQuery(transcriptQuery(artifact.id, asked));
  const lines = data?.data ?? noLines;
  const hits = lines.filter(({ matches }) => matches.length > 0);
  const [following, follow] = useState(true);
  const spoken = useSpokenLine(lines, player, startMs);
  const list = useRef<HTMLOListElement>(null);
  const [hit, setHit] = useState<number>(); // the position of the hit that was gone to
  const goTo = (position: number) => {
    follow(false);
    setHit(position);
    show(list.current, position);
  };
  const wanted = following ? lines[spoken]?.position : undefined;
  useEffect(() => {
    if (wanted !== undefined) show(list.current, wanted);
  }, [wanted]);
  const jump = ({ startMs: lineMs }: TranscriptLine) => {
    const video = player?.video;
    if (!video) return;
    video.currentTime = Math.max(0, (lineMs + player.shiftMs) / 1000);
    follow(true);
    void video.play().catch(() => {}); // a browser that wants a click on the player itself gets one
  };
  return (
    <section className={player ? styles.transcript : styles.transcriptAlone} aria-label="Transcript">
      <div className={styles.transcriptHead}>
        <div className={styles.transcriptTitle}>
          <h2>Transcript</h2>
          {player && (
            <ToggleButton
              size="small"
              icon={<ArrowSync16Regular />}
              checked={following}
              onClick={() => follow(!following)}
            >
              Follow the recording
            </ToggleButton>
          )}
        </div>
        {artifact.transcript?.attributed === false && (
          <p>Without names: the organization does not let programs see who spoke.</p>
        )}
        <TranscriptTools text={text} change={setText} hits={hits} asked={asked} hit={hit} goTo={goTo} />
      </div>
      {!data && error && <QueryProblem error={error} retry={refetch} />}
      {!data && !error && <SkeletonRows rows={6} height="40px" />}
      {data && lines.length === 0 && <p className={styles.nothingSaid}>Nobody said anything that was written down.</p>}
      <TranscriptLines
        ref={list}
        lines={lines}
        language={artifact.transcript?.language ?? undefined}
        spoken={spoken}
        hit={hit}
        jump={player && jump}
        onMoved={() => follow(false)}
      />
    </section>
  );
}

const noLines: TranscriptLine[] = [];

/** Brings a line into view: in its own box where it has one, otherwise on the page. */
function show(list: HTMLOListElement | null, position: number): void {
  const line = list?.querySelector<HTMLElement>(`[data-line="${position}"]`);
  if (!list || !line) return;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const behavior = calm ? 'auto' : 'smooth';
  if (list.scrollHeight <= list.clientHeight) return line.scrollIntoView({ block: 'center', behavior });
  const top = line.offsetTop - list.offsetTop - (list.clientHeight - line.clientHeight) / 2;
  list.scrollTo({ top, behavior });
}
