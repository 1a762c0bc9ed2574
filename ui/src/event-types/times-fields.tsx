import type { FieldsProps } from './basic-fields.tsx';
import type { Draft } from './draft.ts';
import styles from './event-types.module.css';
import { LengthField } from './length-field.tsx';
import { NumberField } from './number-field.tsx';

type LengthKey = 'slotStepMinutes' | 'bufferBeforeMinutes' | 'bufferAfterMinutes' | 'minNoticeMinutes' | 'horizonDays';

/** How close together, how soon, how far ahead, and how many. */
export function TimesFields({ draft, change, faults }: FieldsProps) {
  const length = (name: LengthKey) => ({
    pointer: `/${name}`,
    value: draft[name],
    put: (value: number) => change({ [name]: value } satisfies Partial<Draft>),
    faults,
  });
  return (
    <>
      <div className={styles.pair}>
        <LengthField {...length('slotStepMinutes')} label="A start time every" offered={['minutes']} />
        <NumberField
          pointer="/capacity"
          label="Seats"
          hint="How many visitors share one time and its meeting."
          value={draft.capacity}
          empty={Number.NaN}
          put={(capacity) => change({ capacity: capacity ?? 1 })}
          faults={faults}
        />
      </div>
      <div className={styles.pair}>
        <LengthField {...length('bufferBeforeMinutes')} label="Free time before" offered={['minutes']} />
        <LengthField {...length('bufferAfterMinutes')} label="Free time after" offered={['minutes']} />
      </div>
      <div className={styles.pair}>
        <LengthField
          {...length('minNoticeMinutes')}
          label="Notice"
          hint="Nobody can book a time that starts sooner than this."
          offered={['minutes', 'hours', 'days']}
        />
        <LengthField
          {...length('horizonDays')}
          label="How far ahead"
          hint="Later times are not offered yet."
          offered={['days']}
          inUnits
        />
      </div>
      <div className={styles.pair}>
        <NumberField
          pointer="/mostPerDay"
          label="Most in a day"
          hint="For each operator. Empty: as many as fit."
          value={draft.mostPerDay}
          empty={null}
          put={(mostPerDay) => change({ mostPerDay })}
          faults={faults}
        />
        <NumberField
          pointer="/mostPerWeek"
          label="Most in a week"
          hint="Monday to Sunday. Empty: as many as fit."
          value={draft.mostPerWeek}
          empty={null}
          put={(mostPerWeek) => change({ mostPerWeek })}
          faults={faults}
        />
      </div>
    </>
  );
}
