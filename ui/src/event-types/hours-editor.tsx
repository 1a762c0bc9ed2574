import { Field, RadioGroup } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { DateCalendar } from '../availability/date-calendar.tsx';
import { WeekHours } from '../availability/week-hours.tsx';
import { ZoneField } from '../availability/zone-field.tsx';
import { dayKey } from '../parts/when.ts';
import type { FieldsProps } from './basic-fields.tsx';
import { Choice } from '../parts/choice.tsx';
import { ownHours } from './draft.ts';
import styles from './event-types.module.css';
import { faultAt, fieldId } from './faults.ts';

/** In whose hours visitors can choose a time: those of the operators, or of the event type itself. */
export function HoursEditor({ draft, change, faults }: FieldsProps) {
  const { schedule, timeZone } = draft;
  const [last, setLast] = useState(schedule ?? ownHours); // what comes back when one changes one’s mind
  const choose = (value: string) => {
    if (schedule) setLast(schedule);
    change({ schedule: value === 'own' ? last : null });
  };
  return (
    <>
      <Field label="In whose hours">
        <RadioGroup value={schedule ? 'own' : 'operators'} onChange={(_, { value }) => choose(value)}>
          <Choice
            value="operators"
            words="The hours of its operators"
            explained="Each works in their own hours and zone, with their time off and public holidays, as Availability has them."
          />
          <Choice
            value="own"
            words="Hours of its own"
            explained="For this event type alone, such as an open hour on Thursdays. Time off and public holidays still count."
          />
        </RadioGroup>
      </Field>
      {schedule ? (
        <>
          <ZoneField
            id={fieldId('/timeZone')}
            zone={timeZone}
            choose={(zone) => change({ timeZone: zone })}
            fault={faultAt(faults, '/timeZone')}
          />
          <WeekHours
            schedule={schedule}
            change={(next) => change({ schedule: next })}
            idOf={(day) => fieldId(`/schedule/${day}`)}
            faultOf={(day) => faultAt(faults, `/schedule/${day}`)}
          />
          <DateCalendar
            id={fieldId('/schedule/overrides')}
            schedule={schedule}
            change={(next) => change({ schedule: next })}
            today={dayKey(Date.now(), timeZone)}
            fault={faultAt(faults, '/schedule/overrides')}
          />
        </>
      ) : (
        <p className={styles.plain}>
          {draft.operatorIds.length === 1 ? (
            <Link to="/availability" search={{ show: 'hours', member: draft.operatorIds[0] ?? '' }}>
              Look at the operator’s hours
            </Link>
          ) : (
            <Link to="/availability">Look at everybody’s hours</Link>
          )}
        </p>
      )}
    </>
  );
}
