import { Button, Input } from '@fluentui/react-components';
import { ChevronLeft20Regular, ChevronRight20Regular } from '@fluentui/react-icons';
import { Link } from '@tanstack/react-router';
import { daysLater } from '../api/lists.ts';
import { WhoAndWhat } from '../bookings/booking-filters.tsx';
import rows from '../bookings/bookings.module.css';
import { cityOf, dayText, instantAt } from '../parts/when.ts';
import styles from './calendar.module.css';

type Props = {
  days: string[];
  /** The day that the page’s address names; today if it names none. */
  date: string | undefined;
  view: 'day' | 'week';
  filter: { host?: string; type?: string };
  today: string;
  zone: string;
  change: (changes: { date?: string | undefined; host?: string | undefined; type?: string | undefined }) => void;
};

/** Which days are shown, how, and whose appointments. */
export function CalendarControls({ days, date, view, filter, today, zone, change }: Props) {
  const [first = today] = days;
  const last = days.at(-1) ?? first;
  const step = view === 'day' ? 1 : 7;
  const words = (day: string) => dayText(instantAt(`${day}T12:00`, zone) ?? 0, zone);
  return (
    <>
      <div className={styles.controls}>
        <Button
          icon={<ChevronLeft20Regular />}
          aria-label={view === 'day' ? 'A day earlier' : 'A week earlier'}
          onClick={() => change({ date: daysLater(first, -step) })}
        />
        <Button onClick={() => change({ date: undefined })} disabledFocusable={days.includes(today)}>
          Today
        </Button>
        <Button
          icon={<ChevronRight20Regular />}
          aria-label={view === 'day' ? 'A day later' : 'A week later'}
          onClick={() => change({ date: daysLater(first, step) })}
        />
        <h2 aria-live="polite">
          {first === last ? words(first) : `${words(first)} – ${words(last)}`} ({cityOf(zone)})
        </h2>
        <Views view={view} filter={filter} date={date} />
      </div>
      <search className={rows.filters} aria-label="Find appointments">
        <WhoAndWhat filter={filter} change={change} />
        <label className={rows.filter}>
          <span>Go to</span>
          <Input
            type="date"
            value={date ?? today}
            onChange={(_, { value }) => value !== '' && change({ date: value })}
          />
        </label>
      </search>
    </>
  );
}

function Views({ view, filter, date }: Pick<Props, 'view' | 'filter'> & { date: string | undefined }) {
  const kept = { ...filter, ...(date && { date }) };
  return (
    <nav className={styles.views} aria-label="What the calendar shows">
      <Link
        to="/bookings/calendar"
        search={{ ...kept, view: 'day' }}
        activeOptions={{ exact: true }}
        aria-current={view === 'day' ? 'page' : undefined}
        replace
      >
        Day
      </Link>
      <Link
        to="/bookings/calendar"
        search={kept}
        activeOptions={{ exact: true }}
        aria-current={view === 'week' ? 'page' : undefined}
        replace
      >
        Week
      </Link>
    </nav>
  );
}
