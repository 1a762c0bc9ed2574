import { Field, Input, Select } from '@fluentui/react-components';
import { useState } from 'react';
import styles from './event-types.module.css';
import { faultAt, fieldId, type Fault } from './faults.ts';

const units = { minutes: 1, hours: 60, days: 1440 } as const;
type Unit = keyof typeof units;

type Props = {
  /** The field of the API, as its faults name it. */
  pointer: string;
  label: string;
  hint?: string;
  /** The units to choose from; one is only shown. */
  offered: readonly Unit[];
  /** For fields that the API counts in something else than minutes. */
  inUnits?: boolean;
  value: number;
  /** `NaN` for a field that is empty. */
  put: (value: number) => void;
  faults: Fault[];
};

/** A length of time as a number and its unit. */
export function LengthField({ pointer, label, hint, offered, inUnits = false, value, put, faults }: Props) {
  const [unit, setUnit] = useState<Unit>(
    () => offered.findLast((one) => value > 0 && value % units[one] === 0) ?? offered[0] ?? 'minutes',
  );
  const factor = inUnits ? 1 : units[unit];
  const [text, setText] = useState(String(value / factor));
  const type = (typed: string, per: number) => {
    setText(typed);
    put(typed.trim() === '' ? Number.NaN : Number(typed) * per);
  };
  const only = offered.length === 1 ? offered[0] : undefined;
  return (
    <Field
      label={only ? `${label} (${only})` : label}
      {...(hint && { hint })}
      validationMessage={faultAt(faults, pointer)}
    >
      {(field) => (
        <div className={only ? undefined : styles.withUnit}>
          <Input
            {...field}
            id={fieldId(pointer)}
            type="number"
            inputMode="numeric"
            min={0}
            value={text}
            style={{ inlineSize: '100%' }}
            onChange={(_, data) => type(data.value, factor)}
          />
          {!only && (
            <Select
              value={unit}
              aria-label={`${label}: unit`}
              onChange={(_, data) => {
                setUnit(data.value as Unit);
                type(text, units[data.value as Unit]);
              }}
            >
              {offered.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </Select>
          )}
        </div>
      )}
    </Field>
  );
}
