import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { freeTimesQuery, holidaysQuery, scheduleQuery, timeOffQuery, type HolidayRegion } from '../api/availability.ts';
import { problemOf } from '../api/problem.ts';
import { Bar } from '../parts/skeleton.tsx';
import { cityOf, dayKey, dayText, timeText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import type { Draft } from './draft.ts';
import { sameTimes, startsByRules, type OperatorHours } from './draft-times.ts';
import styles from './preview.module.css';

type Props = { draft: Draft; saved: Draft | undefined; id: string | undefined };

const most = 8;
const lookAheadDays = 21;

/** The next times that visitors could choose: from the server while it knows the rules, else worked out from them. */
export function NextTimes({ draft, saved, id }: Props) {
  return saved && id && saved.active && sameTimes(draft, saved) ? (
    <FromServer id={id} durationMinutes={draft.durationMinutes} />
  ) : (
    <ByRules draft={draft} />
  );
}

function FromServer({ id, durationMinutes }: { id: string; durationMinutes: number }) {
  const [span] = useState(() => {
    const now = Date.now();
    const at = (days: number) => new Date(Math.floor(now / 60_000) * 60_000 + days * 86_400_000).toISOString();
    return { from: at(0), to: at(lookAheadDays) };
  });
  const { data, error } = useQuery(freeTimesQuery(id, { ...span, durationMinutes }));
  if (error) return <Note>{problemOf(error).detail ?? problemOf(error).title}</Note>;
  if (!data) return <Waiting />;
  const starts = data.data.map(({ start }) => Date.parse(start));
  return (
    <>
      <Times starts={[...new Set(starts)].slice(0, most)} />
      {data.unreadable.map(({ operatorId, detail }) => (
        <Note key={operatorId}>{detail}</Note>
      ))}
    </>
  );
}

function ByRules({ draft }: { draft: Draft }) {
  const operators = useHoursOf(draft);
  const [now] = useState(Date.now);
  if (draft.operatorIds.length === 0) return <Note>Add an operator to see times.</Note>;
  if (!operators) return <Waiting />;
  const starts = startsByRules({ draft, operators, now, days: lookAheadDays });
  return (
    <>
      <Times starts={starts.slice(0, most)} />
      <Note>Worked out from what is typed here. What is busy or booked is left out once it is saved.</Note>
    </>
  );
}

/** So many say enough about which times come next. */
const mostOperators = 10;

/** When the operators work, in hours of their own or of the event type; `undefined` until it is known. */
function useHoursOf({ operatorIds, schedule, timeZone }: Draft): OperatorHours[] | undefined {
  const ids = operatorIds.slice(0, mostOperators);
  const schedules = useQueries({ queries: ids.map((id) => scheduleQuery(id)) }).map(({ data }) => data);
  const timesOff = useQueries({ queries: ids.map((id) => timeOffQuery(id)) }).map(({ data }) => data);
  const [year] = useState(() => new Date().getFullYear());
  const regions = schedules.flatMap((own) => own?.holidays ?? []);
  const asked = new Map(
    regions.flatMap((region) => [year, year + 1].map((one) => [keyOf(region, one), { region, one }])),
  );
  const holidays = useQueries({ queries: [...asked.values()].map(({ region, one }) => holidaysQuery(region, one)) });
  const found = new Map([...asked.keys()].map((key, at) => [key, holidays[at]?.data ?? []]));
  if (schedules.some((own) => own === undefined)) return undefined;
  return schedules.flatMap((own, at) => {
    if (!own) return [];
    const off = own.holidays;
    const hours = schedule ? { timeZone, weekly: schedule, holidays: off } : own;
    const days = off ? [year, year + 1].flatMap((one) => found.get(keyOf(off, one)) ?? []) : [];
    return [{ hours, exceptions: { timeOff: timesOff[at] ?? [], holidays: days } }];
  });
}

function keyOf({ country, region = '' }: HolidayRegion, year: number): string {
  return `${country} ${region} ${year}`;
}

function Times({ starts }: { starts: number[] }) {
  const zone = useMe().member.timeZone;
  const days = Map.groupBy(starts, (start) => dayKey(start, zone));
  return (
    <div className={styles.times}>
      <p className={styles.timesHead}>
        Next free times <span>in {cityOf(zone)}</span>
      </p>
      {starts.length === 0 && <p className={styles.quiet}>None in the next three weeks.</p>}
      {[...days].map(([day, times]) => (
        <div key={day}>
          <p className={styles.quiet}>{dayText(times[0] ?? 0, zone).replace(/ \d{4}$/, '')}</p>
          <ul>
            {times.map((start) => (
              <li key={start}>{timeText(start, zone)}</li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}

function Note({ children }: { children: string }) {
  return <p className={styles.note}>{children}</p>;
}

function Waiting() {
  return (
    <div className={styles.times} role="status" aria-label="Looking for free times">
      <Bar height="150px" />
    </div>
  );
}
