import sheets from '../parts/sheets.module.css';
import type { FieldsProps } from './basic-fields.tsx';
import styles from './event-types.module.css';
import { LengthField } from './length-field.tsx';

/** How long, how close together, how soon and how far ahead. */
export function RuleFields(props: FieldsProps) {
  return (
    <section className={sheets.group} aria-label="Length and limits">
      <h2>Length and limits</h2>
      <div className={styles.pair}>
        <LengthField {...props} name="durationMinutes" label="Length" offered={['minutes']} />
        <LengthField {...props} name="slotStepMinutes" label="A start time every" offered={['minutes']} />
      </div>
      <div className={styles.pair}>
        <LengthField {...props} name="bufferBeforeMinutes" label="Free time before" offered={['minutes']} />
        <LengthField {...props} name="bufferAfterMinutes" label="Free time after" offered={['minutes']} />
      </div>
      <div className={styles.pair}>
        <LengthField
          {...props}
          name="minNoticeMinutes"
          label="Notice"
          hint="Nobody can book a time that starts sooner than this."
          offered={['minutes', 'hours', 'days']}
        />
        <LengthField
          {...props}
          name="horizonDays"
          label="How far ahead"
          hint="Later times are not offered yet."
          offered={['days']}
          inUnits
        />
      </div>
    </section>
  );
}
