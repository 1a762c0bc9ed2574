import { Checkbox, Field, RadioGroup } from '@fluentui/react-components';
import type { FieldsProps } from './basic-fields.tsx';
import { Choice } from '../parts/choice.tsx';
import type { Draft } from './draft.ts';
import styles from './event-types.module.css';
import { faultAt, fieldId } from './faults.ts';
import { noticeText } from './setting-words.ts';

const usualReminders = [10_080, 2880, 1440, 120, 60, 15];

/** Who sends the invitation, and when the visitor is reminded. */
export function MailFields({ draft, change, faults }: FieldsProps) {
  const { reminders } = draft;
  const offered = [...new Set([...usualReminders, ...reminders])].toSorted((a, b) => b - a);
  const fault = faultAt(faults, '/reminders');
  const alone = draft.meetingKind === 'standalone';
  return (
    <>
      <Field label="Who invites the visitor" validationMessage={faultAt(faults, '/invitations')}>
        <RadioGroup
          id={fieldId('/invitations')}
          value={alone ? 'parley' : draft.invitations}
          disabled={alone}
          onChange={(_, { value }) => change({ invitations: value as Draft['invitations'] })}
        >
          <Choice
            value="outlook"
            words="Outlook"
            explained="The visitor is on the event in the operator’s calendar, so Outlook sends the invitation and every change of it, and shows who accepted."
          />
          <Choice
            value="parley"
            words="Parley, by mail"
            explained="Parley mails a letter in your own words with a calendar file, and the visitor’s address stays out of the operator’s calendar."
          />
        </RadioGroup>
      </Field>
      {alone && <p className={styles.plain}>A meeting on no calendar has nothing to invite from, so Parley does.</p>}
      <fieldset className={styles.checks} id={fieldId('/reminders')} tabIndex={-1}>
        <legend>Remind the visitor by mail, before it starts</legend>
        <div className={styles.reminders}>
          {offered.map((minutes) => (
            <Checkbox
              key={minutes}
              label={noticeText(minutes)}
              checked={reminders.includes(minutes)}
              onChange={(_, { checked }) => {
                const others = reminders.filter((one) => one !== minutes);
                change({ reminders: (checked ? [...others, minutes] : others).toSorted((a, b) => b - a) });
              }}
            />
          ))}
        </div>
        {fault && <p className={styles.fault}>{fault}</p>}
      </fieldset>
    </>
  );
}
