import { Button, Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { addTimeOff, scheduleQuery, timeOffQuery, type TimeOff } from '../api/availability.ts';
import type { Member } from '../api/queries.ts';
import { faultAt, FormProblem } from '../parts/form.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useChange } from '../parts/use-change.ts';
import { dayKey, dayText } from '../parts/when.ts';
import styles from './availability.module.css';
import { Holidays } from './holidays.tsx';

const RemoveDialog = lazy(async () => ({ default: (await import('./remove-time-off.tsx')).RemoveTimeOff }));

type Props = { operator: Member; mayChange: boolean };

/** Days on which an operator takes no appointments: their own, and those that everybody in a country has. */
export function TimeOffAndHolidays(props: Props) {
  const { data, error, refetch } = useQuery(scheduleQuery(props.operator.id));
  return (
    <div className={sheets.stack}>
      <TimeOffList {...props} zone={data?.timeZone ?? props.operator.timeZone} />
      {!data && !error && <SkeletonRows rows={1} height="220px" />}
      {!data && error && <QueryProblem error={error} retry={refetch} />}
      {data && <Holidays {...props} schedule={data} />}
    </div>
  );
}

function TimeOffList({ operator, mayChange, zone }: Props & { zone: string }) {
  const { data, error, refetch } = useQuery(timeOffQuery(operator.id));
  const [removing, setRemoving] = useState<TimeOff>();
  const today = dayKey(Date.now(), zone);
  const ahead = data?.filter(({ lastDay }) => lastDay >= today);
  return (
    <section className={sheets.group} aria-label="Time off">
      <h2>Time off</h2>
      <p className={styles.below}>
        Whole days on which no time is offered. Bookings that are made already stay; move or cancel them yourself.
      </p>
      {!data && !error && <SkeletonRows rows={1} height="44px" />}
      {!data && error && <QueryProblem error={error} retry={refetch} />}
      {ahead?.length === 0 && <p className={sheets.quiet}>No time off is planned.</p>}
      {ahead && ahead.length > 0 && (
        <ul className={styles.offs}>
          {ahead.map((one) => (
            <li key={one.id}>
              <div>
                <strong>{spanOf(one)}</strong>
                {one.note && <span>{one.note}</span>}
              </div>
              {mayChange && (
                <Button aria-label={`Take back the time off of ${spanOf(one)}`} onClick={() => setRemoving(one)}>
                  Take back
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {mayChange && <AddTimeOff operator={operator} today={today} />}
      <Suspense>
        {removing && (
          <RemoveDialog
            timeOff={removing}
            span={spanOf(removing)}
            operator={operator}
            onClose={() => setRemoving(undefined)}
          />
        )}
      </Suspense>
    </section>
  );
}

function spanOf({ firstDay, lastDay }: TimeOff): string {
  const text = (date: string) => dayText(`${date}T12:00:00Z`, 'UTC');
  return firstDay === lastDay ? text(firstDay) : `${text(firstDay)} – ${text(lastDay)}`;
}

function AddTimeOff({ operator, today }: { operator: Member; today: string }) {
  const empty = { firstDay: '', lastDay: '', note: '' };
  const [draft, setDraft] = useState(empty);
  const add = useChange(
    ['availability', 'slots', 'why-not'],
    () => addTimeOff(operator.id, { ...draft, lastDay: draft.lastDay || draft.firstDay }),
    () => setDraft(empty),
  );
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate();
  };
  const fault = (pointer: string) => faultAt(add.error, pointer);
  return (
    <form className={styles.addOff} onSubmit={onSubmit} noValidate aria-label="Add time off">
      <Field label="First day" validationMessage={fault('/firstDay')}>
        <Input
          type="date"
          min={today}
          value={draft.firstDay}
          onChange={(_, { value }) => setDraft((before) => ({ ...before, firstDay: value }))}
        />
      </Field>
      <Field label="Last day" validationMessage={fault('/lastDay')}>
        <Input
          type="date"
          min={draft.firstDay || today}
          value={draft.lastDay}
          onChange={(_, { value }) => setDraft((before) => ({ ...before, lastDay: value }))}
        />
      </Field>
      <Field label="Note (optional)" validationMessage={fault('/note')}>
        <Input
          value={draft.note}
          placeholder="Only staff see it"
          onChange={(_, { value }) => setDraft((before) => ({ ...before, note: value }))}
        />
      </Field>
      <Button type="submit" disabledFocusable={add.isPending || draft.firstDay === ''}>
        Add time off
      </Button>
      <FormProblem error={add.error} className={styles.wholeRow} />
    </form>
  );
}
