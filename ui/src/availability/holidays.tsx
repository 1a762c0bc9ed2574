import { Field, Select } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import {
  holidayRegionsQuery,
  saveSchedule,
  type Holiday,
  type HolidayRegion,
  type MemberSchedule,
} from '../api/availability.ts';
import type { Member } from '../api/queries.ts';
import { ChangeProblem, QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useChange } from '../parts/use-change.ts';
import { count, dayText } from '../parts/when.ts';
import styles from './availability.module.css';
import { rangesText, weekdayOf } from './schedule.ts';
import { useHolidays } from './use-holidays.ts';

type Props = { operator: Member; mayChange: boolean; schedule: MemberSchedule };

/** Whose public holidays an operator has off, and which days those are. Chosen is saved. */
export function Holidays({ operator, mayChange, schedule }: Props) {
  const { data: countries = [] } = useQuery(holidayRegionsQuery);
  const save = useChange(['availability', 'slots', 'why-not'], (holidays: HolidayRegion | null) =>
    saveSchedule(operator.id, { ...schedule, holidays }),
  );
  const { country = '', region = '' } = schedule.holidays ?? {};
  const chosen = countries.find((one) => one.country === country);
  return (
    <section className={sheets.group} aria-label="Public holidays">
      <h2>Public holidays</h2>
      <p className={styles.below}>
        No time is offered on the public holidays of this country, unless the date has hours of its own.
      </p>
      <div className={styles.pair}>
        <Field label="Country">
          <Select
            value={country}
            disabled={!mayChange || save.isPending}
            onChange={(_, { value }) => save.mutate(value === '' ? null : { country: value })}
          >
            <option value="">None: holidays are days like others</option>
            {countries.map((one) => (
              <option key={one.country} value={one.country}>
                {one.name}
              </option>
            ))}
          </Select>
        </Field>
        {chosen && chosen.regions.length > 0 && (
          <Field label="Region">
            <Select
              value={region}
              disabled={!mayChange || save.isPending}
              onChange={(_, { value }) => save.mutate({ country, ...(value !== '' && { region: value }) })}
            >
              <option value="">Only those of the whole country</option>
              {chosen.regions.map((one) => (
                <option key={one.region} value={one.region}>
                  {one.name}
                </option>
              ))}
            </Select>
          </Field>
        )}
      </div>
      <ChangeProblem error={save.error} />
      {schedule.holidays && <ThisYear schedule={schedule} region={schedule.holidays} />}
    </section>
  );
}

function ThisYear({ schedule, region }: { schedule: MemberSchedule; region: HolidayRegion }) {
  const { data, error, loading } = useHolidays(region);
  const year = new Date().getFullYear();
  const days = data.filter(({ date }) => date.startsWith(String(year)));
  const off = days.filter((day) => effectOf(day, schedule).off);
  if (loading) return <SkeletonRows rows={6} height="28px" />;
  if (error) return <QueryProblem error={error} retry={() => location.reload()} />;
  return (
    <div>
      <h3 className={styles.subhead} id="holidays-of-the-year">
        {year}: {count(days.length, 'holiday')}, {count(off.length, 'day')} less to book
      </h3>
      <table className={styles.table} aria-labelledby="holidays-of-the-year">
        <thead>
          <tr>
            <th scope="col">Date</th>
            <th scope="col">Holiday</th>
            <th scope="col">What it means</th>
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day.date + day.name}>
              <td className={styles.when}>{dayText(`${day.date}T12:00:00Z`, 'UTC')}</td>
              <th scope="row">{day.name}</th>
              <td>{effectOf(day, schedule).words}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function effectOf({ date }: Holiday, { weekly }: MemberSchedule): { off: boolean; words: string } {
  const own = weekly.overrides.find((one) => one.date === date);
  if (own && own.ranges.length > 0) return { off: false, words: `Open all the same, ${rangesText(own.ranges)}` };
  const usual = weekly[weekdayOf(date)];
  if (usual.length === 0) return { off: false, words: 'Closed anyway' };
  return { off: true, words: `Closed instead of ${rangesText(usual)}` };
}
