import type { Schedule, TimeRange } from '../api/availability.ts';
import styles from './hours.module.css';
import { minutesOf, weekdayNames, weekdays } from './schedule.ts';

/** A week at a glance: each day a band from midnight to midnight. The rows below say the same in numbers. */
export function WeekStrip({ schedule }: { schedule: Schedule }) {
  return (
    <div className={styles.heat} aria-hidden>
      {weekdays.map((day) => (
        <Band key={day} name={weekdayNames[day].slice(0, 3)} ranges={schedule[day]} />
      ))}
      <div className={styles.scale}>
        {['00', '06', '12', '18', '24'].map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </div>
    </div>
  );
}

function Band({ name, ranges }: { name: string; ranges: TimeRange[] }) {
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
  return `${(minutesOf(time) / 1440) * 100}%`;
}
