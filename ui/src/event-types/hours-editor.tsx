import { Button, Field, Select } from '@fluentui/react-components';
import { useMemo } from 'react';
import sheets from '../parts/sheets.module.css';
import { cityOf } from '../parts/when.ts';
import type { FieldsProps } from './basic-fields.tsx';
import { DateHours } from './date-hours.tsx';
import { DayHours } from './day-hours.tsx';
import { weekdayNames, weekdays } from './draft.ts';
import styles from './event-types.module.css';
import { faultAt, fieldId } from './faults.ts';
import { WeekStrip } from './week-strip.tsx';

/** When visitors can choose a time: the hours of a week, and of single dates, in one zone. */
export function HoursEditor({ draft, change, faults }: FieldsProps) {
  const { schedule } = draft;
  const [first] = weekdays;
  return (
    <section className={sheets.group} aria-label="Hours">
      <h2>Hours</h2>
      <p className={styles.below}>What is busy in the host’s Outlook calendar is never offered.</p>
      <ZoneField
        zone={draft.timeZone}
        choose={(timeZone) => change({ timeZone })}
        fault={faultAt(faults, '/timeZone')}
      />
      <WeekStrip schedule={schedule} />
      <div>
        {weekdays.map((day) => (
          <DayHours
            key={day}
            id={fieldId(`/schedule/${day}`)}
            name={weekdayNames[day]}
            ranges={schedule[day]}
            change={(ranges) => change({ schedule: { ...schedule, [day]: ranges } })}
            fault={faultAt(faults, `/schedule/${day}`)}
          />
        ))}
      </div>
      <div>
        <Button
          size="small"
          onClick={() =>
            change({
              schedule: {
                ...schedule,
                tue: schedule[first],
                wed: schedule[first],
                thu: schedule[first],
                fri: schedule[first],
              },
            })
          }
        >
          Use Monday’s hours until Friday
        </Button>
      </div>
      <DateHours
        overrides={schedule.overrides}
        change={(overrides) => change({ schedule: { ...schedule, overrides } })}
        fault={faultAt(faults, '/schedule/overrides')}
      />
    </section>
  );
}

type ZoneFieldProps = { zone: string; choose: (zone: string) => void; fault: string | undefined };

function ZoneField({ zone, choose, fault }: ZoneFieldProps) {
  const regions = useMemo(() => Map.groupBy(zonesWith(zone), (name) => name.split('/')[0] ?? name), [zone]);
  return (
    <Field label="Time zone" hint="The hours below are on clocks there." validationMessage={fault}>
      <Select id={fieldId('/timeZone')} value={zone} onChange={(_, { value }) => choose(value)}>
        {[...regions].map(([region, names]) => (
          <optgroup key={region} label={region}>
            {names.map((name) => (
              <option key={name} value={name}>
                {name.includes('/') ? `${cityOf(name)} (${name})` : name}
              </option>
            ))}
          </optgroup>
        ))}
      </Select>
    </Field>
  );
}

/** Every zone this browser knows, and the chosen one even if it goes by an older name here. */
function zonesWith(zone: string): string[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', zone])].toSorted();
}
