import { Button, Field, Input } from '@fluentui/react-components';
import { Dismiss12Regular } from '@fluentui/react-icons';
import { useState } from 'react';
import { durationText } from '../parts/when.ts';
import type { FieldsProps } from './basic-fields.tsx';
import styles from './event-types.module.css';
import { faultAt, fieldId } from './faults.ts';

/** Other lengths that a visitor may choose instead. */
export function LengthChoices({ draft, change, faults }: FieldsProps) {
  const { durationMinutes, durationChoices } = draft;
  const [typed, setTyped] = useState('');
  const others = durationChoices.filter((minutes) => minutes !== durationMinutes);
  const add = () => {
    const minutes = Number(typed);
    if (!Number.isInteger(minutes) || minutes <= 0) return;
    change({ durationChoices: [...new Set([...others, minutes])].toSorted((a, b) => a - b) });
    setTyped('');
  };
  return (
    <Field
      label="Other lengths to choose from (minutes)"
      hint="Visitors choose one on the booking page."
      validationMessage={faultAt(faults, '/durationChoices')}
    >
      {(field) => (
        <div className={styles.lengths}>
          {others.map((minutes) => (
            <Button
              key={minutes}
              icon={<Dismiss12Regular />}
              iconPosition="after"
              aria-label={`Do not offer ${durationText(minutes)} any more`}
              onClick={() => change({ durationChoices: others.filter((one) => one !== minutes) })}
            >
              {minutes}
            </Button>
          ))}
          <Input
            {...field}
            id={fieldId('/durationChoices')}
            type="number"
            inputMode="numeric"
            min={5}
            value={typed}
            placeholder="60"
            onChange={(_, { value }) => setTyped(value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              add();
            }}
          />
          <Button disabledFocusable={typed.trim() === ''} onClick={add}>
            Add
          </Button>
        </div>
      )}
    </Field>
  );
}
