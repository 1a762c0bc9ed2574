import { memo, useState, type KeyboardEvent, type MouseEvent, type FocusEvent, type Ref } from 'react';
import type { TranscriptLine } from '../api/artifacts.ts';
import { Marked } from './marked.tsx';
import { momentOf, spokenMoment } from './moment.ts';
import styles from './recordings.module.css';

type Props = {
  ref: Ref<HTMLOListElement>;
  lines: TranscriptLine[];
  language: string | undefined;
  /** The index of the line that is spoken now. */
  spoken: number;
  /** The position of the line that a search went to. */
  hit: number | undefined;
  /** Plays the recording from a line; without a recording lines are no buttons. */
  jump: ((line: TranscriptLine) => void) | undefined;
  /** Somebody moves about in the text: they read by themselves. */
  onMoved: () => void;
};

/** The lines. Beside a recording each is a button; Tab reaches one of them, the arrow keys the others. */
export function TranscriptLines({ ref, lines, language, spoken, hit, jump, onMoved }: Props) {
  const [focused, setFocused] = useState(0);
  const reachable = lines[focused] ? focused : 0;
  const indexOf = ({ target }: { target: EventTarget }) => {
    const line = (target as HTMLElement).closest<HTMLElement>('[data-line]');
    return line ? lines.findIndex(({ position }) => position === Number(line.dataset['line'])) : -1;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLOListElement>) => {
    const to = { ArrowDown: reachable + 1, ArrowUp: reachable - 1, Home: 0, End: lines.length - 1 }[event.key];
    const line = to === undefined ? undefined : lines[to];
    if (!line || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    onMoved();
    event.currentTarget.querySelector<HTMLElement>(`[data-line="${line.position}"]`)?.focus();
  };
  const inPlayer = jump && {
    onKeyDown,
    onFocus: (event: FocusEvent<HTMLOListElement>) => setFocused(indexOf(event)),
    onClick: (event: MouseEvent<HTMLOListElement>) => {
      const line = lines[indexOf(event)];
      if (line) jump(line);
    },
  };
  return (
    <ol ref={ref} className={styles.lines} lang={language} onWheel={onMoved} onTouchMove={onMoved} {...inPlayer}>
      {lines.map((line, index) => (
        <Line
          key={line.position}
          line={line}
          speaker={line.speaker === lines[index - 1]?.speaker ? null : line.speaker}
          current={index === spoken}
          hit={line.position === hit}
          reachable={index === reachable}
          plays={jump !== undefined}
        />
      ))}
    </ol>
  );
}

type LineProps = {
  line: TranscriptLine;
  /** Who speaks, where that is another one than before. */
  speaker: string | null;
  current: boolean;
  hit: boolean;
  reachable: boolean;
  plays: boolean;
};

/** There may be thousands: only those are drawn again that have changed. */
const Line = memo(function Line({ line, speaker, current, hit, reachable, plays }: LineProps) {
  const { position, startMs, text, matches } = line;
  const shared = {
    className: `${styles.line} ${hit ? styles.hit : ''}`,
    'data-line': position,
    'aria-current': current ? ('true' as const) : undefined,
  };
  const inside = (
    <>
      <span className={styles.moment}>
        <span aria-hidden>{momentOf(startMs)}</span>
        <span className="visually-hidden">
          {plays ? 'Play from' : 'At'} {spokenMoment(startMs)}:
        </span>
      </span>
      <span dir="auto" className={styles.words}>
        <Marked text={text} matches={matches} />
      </span>
    </>
  );
  return (
    <li>
      {speaker && <p className={styles.speaker}>{speaker}</p>}
      {plays ? (
        <button type="button" tabIndex={reachable ? 0 : -1} {...shared}>
          {inside}
        </button>
      ) : (
        <p {...shared}>{inside}</p>
      )}
    </li>
  );
});
