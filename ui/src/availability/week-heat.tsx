import { Link } from '@tanstack/react-router';
import { dayText } from '../parts/when.ts';
import styles from './availability.module.css';
import { planText } from './date-calendar.tsx';
import { clockOf, type DayPlan } from './schedule.ts';
import { hoursAround, stretchesText, type Stretch } from './spans.ts';

export type WeekDay = {
  date: string;
  plan: DayPlan | undefined;
  hours: Stretch[];
  bookable: Stretch[];
  booked: (Stretch & { name: string; requested: boolean })[];
};

type Props = { days: WeekDay[]; today: string; memberId: string };

/** The week as a picture, with a table behind it that says the same. */
export function WeekHeat({ days, today, memberId }: Props) {
  const around = hoursAround(days.flatMap(({ hours, bookable, booked }) => [...hours, ...bookable, ...booked]));
  const place = ({ from, to }: Stretch) => ({
    insetInlineStart: `${((from - around.from) / (around.to - around.from)) * 100}%`,
    inlineSize: `${((to - from) / (around.to - around.from)) * 100}%`,
  });
  const ticks = Array.from({ length: (around.to - around.from) / 120 + 1 }, (_, at) => around.from + at * 120);
  return (
    <>
      <div className={styles.heat} aria-hidden>
        {days.map((day) => (
          <HeatRow key={day.date} day={day} today={today} place={place} />
        ))}
        <div className={styles.scale}>
          {ticks
            .filter((minutes) => minutes <= around.to)
            .map((minutes) => (
              <span key={minutes} style={{ insetInlineStart: place({ from: minutes, to: minutes }).insetInlineStart }}>
                {clockOf(minutes).slice(0, 2)}
              </span>
            ))}
        </div>
      </div>
      <ul className={styles.legend} aria-hidden>
        <li data-layer="bookable">Can be booked</li>
        <li data-layer="booked">Booked</li>
        <li data-layer="requested">Requested</li>
        <li data-layer="hours">In the hours, but not offered</li>
      </ul>
      <details className={styles.behind}>
        <summary>The week as a table</summary>
        <WeekTable days={days} memberId={memberId} />
      </details>
    </>
  );
}

type RowProps = {
  day: WeekDay;
  today: string;
  place: (stretch: Stretch) => { insetInlineStart: string; inlineSize: string };
};

function HeatRow({ day: { date, plan, hours, bookable, booked }, today, place }: RowProps) {
  const [weekday, number] = dayText(`${date}T12:00:00Z`, 'UTC').split(' ');
  return (
    <>
      <span className={styles.heatDay} data-today={date === today || undefined}>
        {weekday} <b>{number}</b>
      </span>
      <span className={styles.band}>
        {hours.map((one) => (
          <i key={`h${one.from}`} data-layer="hours" style={place(one)} />
        ))}
        {bookable.map((one) => (
          <i key={`f${one.from}`} data-layer="bookable" style={place(one)} />
        ))}
        {booked.map((one) => (
          <i key={`b${one.from}`} data-layer={one.requested ? 'requested' : 'booked'} style={place(one)}>
            <span>{one.name}</span>
          </i>
        ))}
        {plan && plan.kind !== 'usual' && plan.kind !== 'other' && <em>{sentence(planText(plan))}</em>}
      </span>
    </>
  );
}

function WeekTable({ days, memberId }: { days: WeekDay[]; memberId: string }) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col">Hours</th>
          <th scope="col">Can be booked</th>
          <th scope="col">Booked</th>
          <th scope="col">
            <span className="visually-hidden">Reasons</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {days.map(({ date, plan, bookable, booked }) => {
          const name = dayText(`${date}T12:00:00Z`, 'UTC');
          return (
            <tr key={date}>
              <th scope="row" className={styles.when}>
                {name}
              </th>
              <td data-name="Hours">{plan ? sentence(planText(plan)) : '–'}</td>
              <td data-name="Can be booked">{stretchesText(bookable, 'Nothing')}</td>
              <td data-name="Booked">
                {booked
                  .map((one) => `${stretchesText([one], '')} ${one.name}${one.requested ? ' (requested)' : ''}`)
                  .join(', ') || 'Nothing'}
              </td>
              <td>
                <Link to="/availability/why-not" search={{ member: memberId, date }} aria-label={`Why not, ${name}?`}>
                  Why not?
                </Link>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
