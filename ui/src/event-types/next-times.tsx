import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { freeTimesQuery, scheduleQuery, timeOffQuery } from '../api/availability.ts';
import { problemOf } from '../api/problem.ts';
import { useHolidays } from '../availability/use-holidays.ts';
import { Bar } from '../parts/skeleton.tsx';
import { cityOf, dayKey, dayText, timeText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import type { Draft } from './draft.ts';
import { sameTimes, startsByRules } from './draft-times.ts';
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
  const { member } = useMe();
  const leader = draft.operatorIds[0] ?? member.id;
  const { data: own } = useQuery(scheduleQuery(leader));
  const { data: timeOff = [] } = useQuery(timeOffQuery(leader));
  const hours = draft.schedule
    ? { timeZone: draft.timeZone, weekly: draft.schedule, holidays: own?.holidays ?? null }
    : own;
  const holidays = useHolidays(hours?.holidays ?? null);
  const [now] = useState(Date.now);
  if (draft.operatorIds.length === 0) return <Note>Add an operator to see times.</Note>;
  if (!hours) return <Waiting />;
  const exceptions = { timeOff, holidays: holidays.data };
  const starts = startsByRules({ draft, hours, exceptions, now, most, days: lookAheadDays });
  return (
    <>
      <Times starts={starts} />
      <Note>Worked out from what is typed here. What is busy or booked is left out once it is saved.</Note>
    </>
  );
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
