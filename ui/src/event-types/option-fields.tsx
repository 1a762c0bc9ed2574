import { Field, Select } from '@fluentui/react-components';
import { useState } from 'react';
import type { FieldsProps } from './basic-fields.tsx';
import styles from './event-types.module.css';
import { faultAt, fieldId } from './faults.ts';
import { mainOptions, moreOptions, readOption, writeOption, type OptionField } from './meeting-options.ts';

/** What Teams lets people do in the meeting; everything is as the organizer’s own policy has it until it is chosen. */
export function OptionFields(props: FieldsProps) {
  const { draft, faults } = props;
  const [open] = useState(() => moreOptions.some((field) => readOption(draft.meetingOptions, field) !== ''));
  const [lobby, ...others] = mainOptions;
  const fault = faultAt(faults, '/meetingOptions');
  return (
    <div className={styles.inside} id={fieldId('/meetingOptions')} tabIndex={-1}>
      <p className={styles.plain}>
        They are set after the meeting has its link; what Teams refuses is shown at the meeting and does not cost it.
        For meetings made without the organizer’s own sign-in, Microsoft asks for the Teams policy, also in the
        calendar.
      </p>
      {fault && (
        <p role="alert" className={styles.fault}>
          {fault}
        </p>
      )}
      {lobby && (
        <OptionSelect
          {...props}
          field={lobby}
          hint="People from outside the organization, as most visitors are, may have to wait in the lobby or be asked to sign in, unless everyone comes straight in."
        />
      )}
      <div className={styles.pair}>
        {others.map((field) => (
          <OptionSelect key={field.label} {...props} field={field} />
        ))}
      </div>
      <details className={styles.more} open={open}>
        <summary>More options</summary>
        <div className={styles.pair}>
          {moreOptions.map((field) => (
            <OptionSelect key={field.label} {...props} field={field} />
          ))}
        </div>
      </details>
    </div>
  );
}

function OptionSelect({ draft, change, field, hint }: FieldsProps & { field: OptionField; hint?: string }) {
  return (
    <Field label={field.label} {...(hint && { hint })}>
      <Select
        value={readOption(draft.meetingOptions, field)}
        onChange={(_, { value }) => change({ meetingOptions: writeOption(draft.meetingOptions, field, value) })}
      >
        <option value="">As the organizer’s policy has it</option>
        {field.choices.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </Select>
    </Field>
  );
}
