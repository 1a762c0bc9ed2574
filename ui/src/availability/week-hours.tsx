import { Button, Checkbox } from '@fluentui/react-components';
import { Copy16Regular } from '@fluentui/react-icons';
import { useState } from 'react';
import type { Schedule } from '../api/availability.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { DayHours } from './day-hours.tsx';
import styles from './hours.module.css';
import { weekdayNames, weekdays, type Weekday } from './schedule.ts';
import { WeekStrip } from './week-strip.tsx';

type Props = {
  schedule: Schedule;
  change: (schedule: Schedule) => void;
  /** The id of a day's field, and what is wrong with it. */
  idOf: (day: Weekday) => string;
  faultOf: (day: Weekday) => string | undefined;
};

/** The hours of a week: a picture, a row for each day, and a way to use one day's hours on others. */
export function WeekHours({ schedule, change, idOf, faultOf }: Props) {
  const [copying, setCopying] = useState<Weekday>();
  return (
    <>
      <WeekStrip schedule={schedule} />
      <div>
        {weekdays.map((day) => (
          <DayHours
            key={day}
            id={idOf(day)}
            name={weekdayNames[day]}
            ranges={schedule[day]}
            change={(ranges) => change({ ...schedule, [day]: ranges })}
            fault={faultOf(day)}
          >
            <Button
              appearance="subtle"
              icon={<Copy16Regular />}
              className={styles.copy}
              aria-label={`Use ${weekdayNames[day]}’s hours on other days`}
              title="Use these hours on other days"
              onClick={() => setCopying(day)}
            />
          </DayHours>
        ))}
      </div>
      {copying && (
        <CopyDialog
          day={copying}
          onClose={() => setCopying(undefined)}
          copy={(days) => change({ ...schedule, ...Object.fromEntries(days.map((one) => [one, schedule[copying]])) })}
        />
      )}
    </>
  );
}

type CopyProps = { day: Weekday; copy: (days: Weekday[]) => void; onClose: () => void };

/** Chooses the days that get the hours of another one; the other days of its part of the week are chosen at first. */
function CopyDialog({ day, copy, onClose }: CopyProps) {
  const weekend: Weekday[] = ['sat', 'sun'];
  const [chosen, setChosen] = useState(() =>
    weekdays.filter((one) => one !== day && weekend.includes(one) === weekend.includes(day)),
  );
  const mutate = () => {
    copy(chosen);
    onClose();
  };
  return (
    <ConfirmDialog
      title={`Use ${weekdayNames[day]}’s hours on other days`}
      verb={chosen.length === 1 ? 'Use them on 1 day' : `Use them on ${chosen.length} days`}
      keep="Cancel"
      calm
      change={{ isPending: false, error: null, mutate }}
      onClose={onClose}
    >
      <fieldset className={styles.days}>
        <legend className="visually-hidden">Days</legend>
        {weekdays
          .filter((one) => one !== day)
          .map((one) => (
            <Checkbox
              key={one}
              label={weekdayNames[one]}
              checked={chosen.includes(one)}
              onChange={(_, { checked }) =>
                setChosen((before) => weekdays.filter((other) => (other === one ? checked : before.includes(other))))
              }
            />
          ))}
      </fieldset>
    </ConfirmDialog>
  );
}
