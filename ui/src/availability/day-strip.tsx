import { timeText } from '../parts/when.ts';
import styles from './availability.module.css';
import { reasonNames, type Run } from './reason-words.ts';

type Props = { runs: Run[]; zone: string };

/** A day as a strip, each stretch in the look of its reason. The table below says the same in words. */
export function DayStrip({ runs, zone }: Props) {
  const shown = trimmed(runs);
  const [first, last] = [shown[0], shown.at(-1)];
  if (!first || !last) return null;
  const [from, to] = [Date.parse(first.start), Date.parse(last.until)];
  const share = (instant: number) => `${((instant - from) / (to - from)) * 100}%`;
  const names = [...new Set(shown.map(({ reason }) => reason))];
  return (
    <div aria-hidden className={styles.day}>
      <div className={styles.strip}>
        {shown.map((run) => (
          <i
            key={run.start}
            data-look={reasonNames[run.reason].look}
            style={{
              insetInlineStart: share(Date.parse(run.start)),
              inlineSize: share(from + Date.parse(run.until) - Date.parse(run.start)),
            }}
          >
            <span>{reasonNames[run.reason].words}</span>
          </i>
        ))}
      </div>
      <div className={styles.scale}>
        {hoursWithin(from, to).map((instant) => (
          <span key={instant} style={{ insetInlineStart: share(instant) }}>
            {timeText(instant, zone).slice(0, 2)}
          </span>
        ))}
      </div>
      <ul className={styles.legend}>
        {names.map((reason) => (
          <li key={reason} data-look={reasonNames[reason].look}>
            {reasonNames[reason].words}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A night outside the hours says nothing: an hour of it is enough at both ends. */
function trimmed(runs: Run[]): Run[] {
  const hourMs = 3_600_000;
  const iso = (ms: number) => new Date(ms).toISOString();
  return runs.map((run, at) => {
    const long = Date.parse(run.until) - Date.parse(run.start) > hourMs;
    if (run.reason !== 'outside_hours' || !long || runs.length === 1) return run;
    if (at === 0) return { ...run, start: iso(Date.parse(run.until) - hourMs) };
    if (at === runs.length - 1) return { ...run, until: iso(Date.parse(run.start) + hourMs) };
    return run;
  });
}

/** Hours on the clock, at most about a dozen of them. */
function hoursWithin(from: number, to: number): number[] {
  const hourMs = 3_600_000;
  const step = to - from > 13 * hourMs ? 2 * hourMs : hourMs;
  const first = Math.ceil(from / hourMs) * hourMs;
  return Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, at) => first + at * step);
}
