import { weekdayNames, weekdays, type Schedule } from './draft.ts';
import styles from './event-types.module.css';

/** A week at a glance: each day a band from midnight to midnight. The rows below say the same in numbers. */
export function WeekStrip({ schedule }: { schedule: Schedule }) {
  return (
    <div className={styles.heat} aria-hidden>
      {weekdays.map((day) => (
        <Band key={day} name={weekdayNames[day].slice(0, 3)} ranges={schedule[day]} />
      ))}
      <div className={styles.hours}>
        {['00', '06', '12', '18', '24'].map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </div>
    </div>
  );
}

function Band({ name, ranges }: { name: string; ranges: Schedule['mon'] }) {
  return (
    <>
      <span>{name}</span>
      <span className={styles.band}>
        {ranges.map(({ from, to }, index) => (
          <i key={index} style={{ insetInlineStart: share(from), inlineSize: `calc(${share(to)} - ${share(from)})` }} />
        ))}
      </span>
    </>
  );
}

/** Where a time of day lies between midnight and midnight. */
function share(time: string): string {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return `${((hours * 60 + minutes) / 1440) * 100}%`;
}
