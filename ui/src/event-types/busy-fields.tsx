import { Checkbox } from '@fluentui/react-components';
import { useId } from 'react';
import type { FieldsProps } from './basic-fields.tsx';
import parts from '../parts/parts.module.css';
import styles from './event-types.module.css';
import { faultAt, fieldId } from './faults.ts';
import { busyNames } from './setting-words.ts';

/** Which entries of an Outlook calendar stand in the way. */
export function BusyFields({ draft, change, faults }: FieldsProps) {
  const { busyRules } = draft;
  const fault = faultAt(faults, '/busyRules');
  return (
    <fieldset className={styles.checks} id={fieldId('/busyRules')} tabIndex={-1}>
      <legend>What is shown as busy at a time of day always is. These count too:</legend>
      {busyNames.map(({ rule, words, explained }) => (
        <ExplainedCheck
          key={rule}
          words={words}
          explained={explained}
          checked={busyRules[rule]}
          put={(checked) => change({ busyRules: { ...busyRules, [rule]: checked } })}
        />
      ))}
      {fault && <p className={styles.fault}>{fault}</p>}
    </fieldset>
  );
}

type CheckProps = { words: string; explained: string; checked: boolean; put: (checked: boolean) => void };

/** A box to check with a sentence that describes it. */
export function ExplainedCheck({ words, explained, checked, put }: CheckProps) {
  const id = useId();
  return (
    <div>
      <Checkbox
        label={words}
        aria-describedby={id}
        checked={checked}
        onChange={(_, data) => put(data.checked === true)}
      />
      <p id={id} className={parts.explained}>
        {explained}
      </p>
    </div>
  );
}
