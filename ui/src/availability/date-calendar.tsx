import { Button, Radio, RadioGroup } from '@fluentui/react-components';
import { ChevronLeft20Regular, ChevronRight20Regular } from '@fluentui/react-icons';
import { useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { Schedule, TimeRange } from '../api/availability.ts';
import { dayText } from '../parts/when.ts';
import { Ranges } from './day-hours.tsx';
import styles from './hours.module.css';
import {
  dateAfter,
  mondayOf,
  planOf,
  rangesText,
  weekdayNames,
  weekdayOf,
  weekdays,
  withDate,
  type DayPlan,
  type Exceptions,
} from './schedule.ts';

type Props = {
  id: string;
  schedule: Schedule;
  change: (schedule: Schedule) => void;
  /** The date that is today in the zone of the schedule. */
  today: string;
  fault: string | undefined;
  exceptions?: Exceptions;
};

const none: Exceptions = { timeOff: [], holidays: [] };
const nameOf = (date: string) => dayText(`${date}T12:00:00Z`, 'UTC');

/** A month in which single dates get hours of their own, or none; below it a list of them all. */
export function DateCalendar({ id, schedule, change, today, fault, exceptions = none }: Props) {
  const [chosen, choose] = useState(today);
  const [month, setMonth] = useState(today.slice(0, 7));
  const go = (date: string) => {
    choose(date);
    setMonth(date.slice(0, 7));
  };
  const plan = (date: string) => planOf(date, schedule, exceptions);
  return (
    <div className={styles.dates} id={id} tabIndex={-1} role="group" aria-label="Dates with other hours">
      <div>
        <MonthHead month={month} setMonth={setMonth} />
        <Month month={month} today={today} chosen={chosen} choose={go} plan={plan} />
        <Legend />
      </div>
      <div className={styles.chosenDate}>
        <DateChoice
          key={chosen}
          date={chosen}
          plan={plan(chosen)}
          usual={schedule[weekdayOf(chosen)]}
          put={(ranges) => change(withDate(schedule, chosen, ranges))}
        />
        {fault && <p className={styles.fault}>{fault}</p>}
        <Listed schedule={schedule} choose={go} />
      </div>
    </div>
  );
}

function MonthHead({ month, setMonth }: { month: string; setMonth: (month: string) => void }) {
  const step = (by: number) => setMonth(dateAfter(`${month}-15`, by * 30).slice(0, 7));
  const name = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
  return (
    <div className={styles.monthHead}>
      <strong aria-live="polite">{name.format(new Date(`${month}-15T12:00:00Z`))}</strong>
      <Button
        appearance="subtle"
        icon={<ChevronLeft20Regular />}
        aria-label="Previous month"
        onClick={() => step(-1)}
      />
      <Button appearance="subtle" icon={<ChevronRight20Regular />} aria-label="Next month" onClick={() => step(1)} />
    </div>
  );
}

type MonthProps = {
  month: string;
  today: string;
  chosen: string;
  choose: (date: string) => void;
  plan: (date: string) => DayPlan;
};

const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** Six weeks, so that nothing moves from month to month. Arrows go from day to day; one day is reached by Tab. */
function Month({ month, today, chosen, choose, plan }: MonthProps) {
  const table = useRef<HTMLTableElement>(null);
  const first = mondayOf(`${month}-01`);
  const reached = chosen.startsWith(month) ? chosen : `${month}-01`;
  const moved = useRef(false);
  useLayoutEffect(() => {
    if (moved.current) table.current?.querySelector<HTMLElement>(`[data-date="${chosen}"]`)?.focus();
    moved.current = false;
  }, [chosen]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    moved.current = true;
    choose(dateAfter(reached, step));
  };
  return (
    <table ref={table} className={styles.month}>
      <thead>
        <tr>
          {weekdays.map((day) => (
            <th key={day} scope="col" abbr={weekdayNames[day]}>
              {weekdayNames[day].slice(0, 2)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Array.from({ length: 6 }, (_, week) => (
          <tr key={week}>
            {weekdays.map((day, at) => {
              const date = dateAfter(first, week * 7 + at);
              const { kind, ranges } = plan(date);
              return (
                <td key={day}>
                  <button
                    type="button"
                    data-date={date}
                    data-kind={kind === 'other' && ranges.length > 0 ? 'open' : kind}
                    data-closed={ranges.length === 0 || undefined}
                    data-outside={!date.startsWith(month) || undefined}
                    tabIndex={date === reached ? 0 : -1}
                    aria-pressed={date === chosen}
                    aria-current={date === today ? 'date' : undefined}
                    aria-label={`${nameOf(date)}, ${planText(plan(date))}`}
                    onClick={() => choose(date)}
                    onKeyDown={onKeyDown}
                  >
                    {Number(date.slice(8))}
                  </button>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What holds on a date, in a few words. */
export function planText({ kind, ranges, note }: DayPlan): string {
  if (kind === 'time_off') return note ? `time off (${note})` : 'time off';
  if (kind === 'holiday') return `holiday (${note})`;
  const hours = ranges.length > 0 ? rangesText(ranges) : 'closed';
  return kind === 'other' ? `other hours: ${hours}` : hours;
}

function Legend() {
  return (
    <ul className={styles.legend} aria-hidden>
      <li data-kind="usual">Usual hours</li>
      <li data-kind="open">Other hours</li>
      <li data-kind="other">Closed</li>
    </ul>
  );
}

type ChoiceProps = {
  date: string;
  plan: DayPlan;
  usual: readonly TimeRange[];
  put: (ranges: TimeRange[] | undefined) => void;
};

function DateChoice({ date, plan, usual, put }: ChoiceProps) {
  const own = plan.kind === 'other';
  const value = own ? (plan.ranges.length > 0 ? 'open' : 'closed') : 'usual';
  const usualWords = plan.kind === 'holiday' ? `closed (${plan.note})` : rangesText(usual).toLowerCase();
  const choose = (next: string) => {
    if (next === 'usual') return put(undefined);
    return put(next === 'closed' ? [] : usual.length > 0 ? [...usual] : [{ from: '09:00', to: '17:00' }]);
  };
  const name = nameOf(date);
  return (
    <fieldset className={styles.choice}>
      <legend>{name}</legend>
      {plan.kind === 'time_off' ? (
        <p>{plan.note ? `Time off: ${plan.note}` : 'Time off.'} It is taken back under Time off and holidays.</p>
      ) : (
        <RadioGroup aria-label={`Hours on ${name}`} value={value} onChange={(_, data) => choose(data.value)}>
          <Radio value="usual" label={`As usual: ${usualWords}`} />
          <Radio value="closed" label="Closed" />
          <Radio value="open" label="Other hours" />
        </RadioGroup>
      )}
      {value === 'open' && <Ranges name={name} ranges={[...plan.ranges]} change={put} />}
    </fieldset>
  );
}

function Listed({ schedule, choose }: { schedule: Schedule; choose: (date: string) => void }) {
  if (schedule.overrides.length === 0) return <p className={styles.quiet}>No date has hours of its own yet.</p>;
  return (
    <ul className={styles.listed}>
      {schedule.overrides.map(({ date, ranges }) => (
        <li key={date}>
          <Button appearance="transparent" size="small" onClick={() => choose(date)}>
            {nameOf(date)}
          </Button>
          <span>{rangesText(ranges)}</span>
        </li>
      ))}
    </ul>
  );
}
