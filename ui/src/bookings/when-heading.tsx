import { cityOf, dayText, sameClock, spanText, timesText } from '../parts/when.ts';
import styles from './bookings.module.css';

export type Zones = { own: string; other?: { zone: string; words: string } | undefined };
type Props = { span: { start: string; end: string }; zones: Zones };

/** When something is, on the reader’s clocks and, where they show something else, on those of the other person. */
export function WhenHeading({ span, zones: { own, other } }: Props) {
  return (
    <>
      <p className={styles.when}>
        {dayText(span.start, own)}, <span>{timesText(span, own)}</span> ({cityOf(own)})
      </p>
      {other && !sameClock(span.start, own, other.zone) && (
        <p className={styles.theirs}>
          {other.words}: {spanText(span, other.zone)}
        </p>
      )}
    </>
  );
}
