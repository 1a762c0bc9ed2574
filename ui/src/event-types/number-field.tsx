import { Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import { faultAt, fieldId, type Fault } from './faults.ts';

type Props = {
  pointer: string;
  label: string;
  hint?: string;
  value: number | null;
  /** What an empty field stands for. */
  empty: number | null;
  placeholder?: string;
  put: (value: number | null) => void;
  faults: Fault[];
};

/** A whole number, or nothing. */
export function NumberField({ pointer, label, hint, value, empty, placeholder, put, faults }: Props) {
  const [text, setText] = useState(value === null ? '' : String(value));
  return (
    <Field label={label} {...(hint && { hint })} validationMessage={faultAt(faults, pointer)}>
      <Input
        id={fieldId(pointer)}
        type="number"
        inputMode="numeric"
        min={0}
        value={text}
        {...(placeholder && { placeholder })}
        onChange={(_, data) => {
          setText(data.value);
          put(data.value.trim() === '' ? empty : Number(data.value));
        }}
      />
    </Field>
  );
}
