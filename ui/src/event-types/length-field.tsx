import { Field, Input, Select } from '@fluentui/react-components';
import { useState } from 'react';
import type { Draft } from './draft.ts';
import styles from './event-types.module.css';
import { faultAt, fieldId } from './faults.ts';

const units = { minutes: 1, hours: 60, days: 1440 } as const;
type Unit = keyof typeof units;

type NumberKey = { [K in keyof Draft]: Draft[K] extends number ? K : never }[keyof Draft];

type Props = {
  name: NumberKey;
  label: string;
  hint?: string;
  /** The units to choose from; one is only shown. */
  offered: readonly Unit[];
  /** For fields that the API counts in something else than minutes. */
  inUnits?: boolean;
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  faults: { pointer: string; detail: string }[];
};

/** A length of time as a number and its unit. */
export function LengthField({ name, label, hint, offered, inUnits = false, draft, change, faults }: Props) {
  const value = draft[name];
  const [unit, setUnit] = useState<Unit>(
    () => offered.findLast((one) => value > 0 && value % units[one] === 0) ?? offered[0] ?? 'minutes',
  );
  const factor = inUnits ? 1 : units[unit];
  const [text, setText] = useState(String(value / factor));
  const put = (typed: string, per: number) => {
    setText(typed);
    change({ [name]: typed.trim() === '' ? Number.NaN : Number(typed) * per });
  };
  const only = offered.length === 1 ? offered[0] : undefined;
  return (
    <Field
      label={only ? `${label} (${only})` : label}
      {...(hint && { hint })}
      validationMessage={faultAt(faults, `/${name}`)}
    >
      {(field) => (
        <div className={only ? undefined : styles.withUnit}>
          <Input
            {...field}
            id={fieldId(`/${name}`)}
            type="number"
            inputMode="numeric"
            min={0}
            value={text}
            style={{ inlineSize: '100%' }}
            onChange={(_, data) => put(data.value, factor)}
          />
          {!only && (
            <Select
              value={unit}
              aria-label={`${label}: unit`}
              onChange={(_, data) => {
                setUnit(data.value as Unit);
                put(text, units[data.value as Unit]);
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
