import { Button, Field, Textarea } from '@fluentui/react-components';
import { useRef, useState } from 'react';
import { readAddresses, type Attendee } from './attendee-list.ts';
import styles from './attendees.module.css';

/** Invites people by their addresses: one, or several at once. What is no address stays, with the reason. */
export function EmailPanel({ add }: { add: (wanted: Attendee[]) => void }) {
  const [text, setText] = useState('');
  const [faults, setFaults] = useState<string[]>([]);
  const field = useRef<HTMLTextAreaElement>(null);
  const submit = () => {
    const read = readAddresses(text);
    if (text.trim() === '') read.faults.push('Type an address first.');
    setFaults(read.faults);
    if (read.attendees.length > 0) add(read.attendees);
    setText(read.faults.length === 0 ? '' : keepFaulty(text));
    field.current?.focus();
  };
  return (
    <>
      <Field
        label="Email address"
        hint="One or several, with commas between them. With Enter they go on the list."
        validationMessage={faults.length > 0 ? faults.join(' ') : undefined}
      >
        <Textarea
          ref={field}
          value={text}
          rows={2}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          maxLength={5000}
          onChange={(_, { value }) => {
            setText(value);
            setFaults([]);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey) return;
            event.preventDefault();
            submit();
          }}
        />
      </Field>
      <div className={styles.results}>
        <Button onClick={submit}>Add to the list</Button>
      </div>
    </>
  );
}

/** What could not be read is left to be put right; what could is on the list by now. */
function keepFaulty(text: string): string {
  const parts = text.split(/[,;\n]/).map((one) => one.trim());
  return parts.filter((part) => part !== '' && readAddresses(part).faults.length > 0).join(', ');
}
