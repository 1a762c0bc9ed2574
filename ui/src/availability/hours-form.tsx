import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { saveSchedule, scheduleQuery, timeOffQuery, type MemberSchedule } from '../api/availability.ts';
import type { Member } from '../api/queries.ts';
import { faultAt, FormProblem } from '../parts/form.tsx';
import { Facts } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { UnsavedChanges } from '../parts/unsaved-changes.tsx';
import { useChange } from '../parts/use-change.ts';
import { cityOf, dayKey, dayText } from '../parts/when.ts';
import styles from './availability.module.css';
import { DateCalendar } from './date-calendar.tsx';
import { rangesText, weekdayNames, weekdays } from './schedule.ts';
import { useHolidays } from './use-holidays.ts';
import { WeekHours } from './week-hours.tsx';
import { WeekStrip } from './week-strip.tsx';
import { ZoneField } from './zone-field.tsx';

type Props = { operator: Member; mayChange: boolean };

/** The hours of a week and of single dates, in the operator’s own zone. */
export function HoursForm({ operator, mayChange }: Props) {
  const { data, error, refetch } = useQuery({ ...scheduleQuery(operator.id), refetchOnWindowFocus: false });
  if (!data) return error ? <QueryProblem error={error} retry={refetch} /> : <SkeletonRows rows={2} height="320px" />;
  return mayChange ? <Form operator={operator} start={data} /> : <HoursFacts schedule={data} />;
}

function Form({ operator, start }: { operator: Member; start: MemberSchedule }) {
  const [saved, setSaved] = useState(start); // it may change on the server while somebody types
  const [draft, setDraft] = useState(start);
  const { data: timeOff = [] } = useQuery(timeOffQuery(operator.id));
  const holidays = useHolidays(draft.holidays);
  const save = useChange(
    ['availability', 'event-types', 'slots', 'why-not'],
    (wanted: MemberSchedule) => saveSchedule(operator.id, wanted),
    (after) => {
      setSaved(after);
      setDraft(after);
    },
  );
  const changed = JSON.stringify(draft) !== JSON.stringify(saved);
  const change = (changes: Partial<MemberSchedule>) => setDraft((before) => ({ ...before, ...changes }));
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!save.isPending && changed) save.mutate(draft);
  };
  return (
    <form className={sheets.form} onSubmit={onSubmit} noValidate aria-label={`Hours of ${operator.name}`}>
      <section className={sheets.group} aria-label="Hours of the week">
        <h2>Hours of the week</h2>
        <ZoneField
          id="schedule-zone"
          zone={draft.timeZone}
          choose={(timeZone) => change({ timeZone })}
          fault={faultAt(save.error, '/timeZone')}
        />
        <WeekHours
          schedule={draft.weekly}
          change={(weekly) => change({ weekly })}
          idOf={(day) => `schedule-${day}`}
          faultOf={(day) => faultAt(save.error, `/weekly/${day}`)}
        />
      </section>
      <section className={sheets.group} aria-label="Single dates">
        <h2>Single dates</h2>
        <p className={styles.below}>Days on which the hours are others than usual, or on which there are none.</p>
        <DateCalendar
          id="schedule-dates"
          schedule={draft.weekly}
          change={(weekly) => change({ weekly })}
          today={dayKey(Date.now(), draft.timeZone)}
          fault={faultAt(save.error, '/weekly/overrides')}
          exceptions={{ timeOff, holidays: holidays.data }}
        />
      </section>
      <FormProblem error={save.error} />
      <div className={styles.foot}>
        <Button type="submit" appearance="primary" disabledFocusable={save.isPending || !changed}>
          Save hours
        </Button>
        {changed && <Button onClick={() => setDraft(saved)}>Take the changes back</Button>}
        <span role="status" className={sheets.quiet}>
          {changed ? 'There are changes that are not saved.' : save.isSuccess && 'Saved.'}
        </span>
      </div>
      <UnsavedChanges changed={changed}>What you changed in the hours is lost.</UnsavedChanges>
    </form>
  );
}

function HoursFacts({ schedule: { timeZone, weekly } }: { schedule: MemberSchedule }) {
  const days = weekdays.map((day): [string, string] => [weekdayNames[day], rangesText(weekly[day])]);
  const dates = weekly.overrides.map(({ date, ranges }): [string, string] => [
    dayText(`${date}T12:00:00Z`, 'UTC'),
    rangesText(ranges),
  ]);
  return (
    <section className={sheets.group} aria-label="Hours">
      <h2>Hours ({cityOf(timeZone)})</h2>
      <WeekStrip schedule={weekly} />
      <Facts rows={[...days, ...dates]} />
      <p className={styles.below}>They themselves or an administrator of this workspace can change them.</p>
    </section>
  );
}
