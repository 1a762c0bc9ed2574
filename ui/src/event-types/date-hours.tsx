import { Button, Field, Input } from '@fluentui/react-components';
import { Dismiss16Regular } from '@fluentui/react-icons';
import { useState } from 'react';
import { dayText } from '../parts/when.ts';
import { Ranges } from './day-hours.tsx';
import type { Schedule } from './draft.ts';
import styles from './event-types.module.css';
import { fieldId } from './faults.ts';

type Overrides = Schedule['overrides'];
type Props = { overrides: Overrides; change: (overrides: Overrides) => void; fault: string | undefined };

/** Dates that have hours of their own, or none: holidays and exceptions. */
export function DateHours({ overrides, change, fault }: Props) {
  const [date, setDate] = useState('');
  const add = () => {
    const others = overrides.filter((one) => one.date !== date);
    change([...others, { date, ranges: [] }].toSorted((a, b) => (a.date < b.date ? -1 : 1)));
    setDate('');
  };
  const put = (changed: Overrides[number]) =>
    change(overrides.map((one) => (one.date === changed.date ? changed : one)));
  return (
    <div>
      {overrides.map(({ date, ranges }) => {
        const name = dayText(`${date}T12:00:00Z`, 'UTC');
        return (
          <div key={date} className={styles.day} role="group" aria-label={name}>
            <span className={styles.closed} style={{ color: 'inherit' }}>
              {name}
            </span>
            <div className={styles.range}>
              {ranges.length > 0 ? (
                <>
                  <Ranges name={name} ranges={ranges} change={(next) => put({ date, ranges: next })} />
                  <Button size="small" onClick={() => put({ date, ranges: [] })} aria-label={`Close on ${name}`}>
                    Close
                  </Button>
                </>
              ) : (
                <>
                  <span className={styles.closed}>Closed</span>
                  <Button size="small" onClick={() => put({ date, ranges: [{ from: '09:00', to: '17:00' }] })}>
                    Open on this date
                  </Button>
                </>
              )}
              <Button
                size="small"
                appearance="subtle"
                icon={<Dismiss16Regular />}
                onClick={() => change(overrides.filter((one) => one.date !== date))}
                aria-label={`Use the usual hours on ${name}`}
              >
                Usual hours
              </Button>
            </div>
          </div>
        );
      })}
      <Field
        label="A date with other hours"
        hint="Holidays, and days on which you are open longer."
        validationMessage={fault}
      >
        {(field) => (
          <div className={styles.range}>
            <Input
              {...field}
              id={fieldId('/schedule/overrides')}
              type="date"
              value={date}
              onChange={(_, { value }) => setDate(value)}
            />
            <Button disabledFocusable={date === ''} onClick={add}>
              Close on this date
            </Button>
          </div>
        )}
      </Field>
    </div>
  );
}
