import { Button, Checkbox, Field, Input, RadioGroup, Textarea } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, ask } from '../api/client.ts';
import { reauthenticationQuery, type Asking, type Reauthentication } from '../api/reauthentication.ts';
import { Choice } from '../parts/choice.tsx';
import { faultAt, FormProblem } from '../parts/form.tsx';
import { Actions } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useChange } from '../parts/use-change.ts';
import { count } from '../parts/when.ts';
import { AskedPeople } from './asked-people.tsx';

type Mode = Asking['mode'];

const modes: { value: Mode; words: string; explained: string }[] = [
  {
    value: 'notify',
    words: 'By mail',
    explained: 'Each person gets one mail with their own way back. Until then their meetings go on as before.',
  },
  {
    value: 'force',
    words: 'By mail, and let their connections rest until then',
    explained:
      'Parley does not use these accounts until their owners are back: their booking pages take no bookings, and meetings wait. Nothing is cancelled.',
  },
];

/** Chooses how people are asked, shows who they are, and asks them once their number was typed. */
export function AskForm({ onClose }: { onClose: () => void }) {
  const [mode, setMode] = useState<Mode>('notify');
  const [onlyMissingScopes, setOnlyMissing] = useState(true);
  const [message, setMessage] = useState('');
  const start = useRef<HTMLDivElement>(null);
  useEffect(() => start.current?.querySelector<HTMLElement>('input:checked')?.focus(), []);
  const preview = useQuery(reauthenticationQuery({ mode, onlyMissingScopes }));
  const send = useChange(['connections'], (cap: number) => {
    const json = { mode, onlyMissingScopes, cap, ...(message.trim() && { message: message.trim() }) };
    return ask(api.connections.reauthentication.$post({ json }));
  });
  const done = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (send.data) done.current?.focus(); // what was pressed is gone
  }, [send.data]);
  return (
    <div className={sheets.group}>
      <Field label="How they are asked">
        <RadioGroup
          ref={start}
          value={mode}
          // The list has these values and no others.
          onChange={(_, { value }) => setMode(value as Mode)}
        >
          {modes.map((one) => (
            <Choice key={one.value} {...one} />
          ))}
        </RadioGroup>
      </Field>
      <Checkbox
        checked={onlyMissingScopes}
        label="Only people whose connection lacks permissions"
        onChange={(_, { checked }) => setOnlyMissing(checked === true)}
      />
      <Field
        label="A paragraph of your own for the mail"
        hint="For example why. It may stay empty."
        validationMessage={faultAt(send.error, '/message')}
      >
        <Textarea value={message} rows={3} resize="vertical" onChange={(_, { value }) => setMessage(value)} />
      </Field>
      {!preview.data && !preview.error && <SkeletonRows rows={2} height="72px" />}
      {preview.error && <QueryProblem error={preview.error} retry={preview.refetch} />}
      {preview.data && !preview.error && <AskedPeople outcome={preview.data} />}
      <p ref={done} tabIndex={-1} role="status" className={sheets.quiet}>
        {send.data && doneText(send.data)}
      </p>
      {preview.data && !preview.error && preview.data.asked > 0 ? (
        <Confirm key={`${mode} ${preview.data.asked}`} outcome={preview.data} send={send} onClose={onClose} />
      ) : (
        <Actions>
          <Button onClick={onClose}>Close</Button>
        </Actions>
      )}
    </div>
  );
}

type ConfirmProps = {
  outcome: Reauthentication;
  send: { isPending: boolean; error: Error | null; mutate: (cap: number) => void };
  onClose: () => void;
};

/** What is typed here is the most that are asked: should it be more by then, nobody is. */
function Confirm({ outcome, send, onClose }: ConfirmProps) {
  const [typed, setTyped] = useState('');
  const [isWrong, setWrong] = useState(false);
  const people = countPeople(outcome.asked);
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    const fits = typed.trim() === String(outcome.asked);
    setWrong(!fits);
    if (fits && !send.isPending) send.mutate(outcome.asked);
  };
  const fault = isWrong ? `It would be ${people}. Type ${outcome.asked}.` : faultAt(send.error, '/cap');
  return (
    <form className={sheets.form} onSubmit={onSubmit} noValidate aria-label="Confirm">
      <Field
        label={`Type ${outcome.asked} to confirm that you mean ${people}`}
        hint={restText(outcome)}
        validationMessage={fault}
      >
        <Input value={typed} inputMode="numeric" autoComplete="off" onChange={(_, { value }) => setTyped(value)} />
      </Field>
      <FormProblem error={send.error} />
      <Actions>
        <Button type="submit" appearance="primary" disabledFocusable={send.isPending}>
          Ask {people}
        </Button>
        <Button onClick={onClose}>Ask nobody</Button>
      </Actions>
    </form>
  );
}

function countPeople(number: number): string {
  return number === 1 ? '1 person' : `${number.toLocaleString('en')} people`;
}

function restText({ written, stopped }: Reauthentication): string {
  const mails = written === 0 ? 'Nobody gets a mail' : `${count(written, 'mail')} will be sent`;
  if (stopped === 0) return `${mails}.`;
  return `${mails}, and ${count(stopped, 'connection')} will rest until ${stopped === 1 ? 'its owner is' : 'their owners are'} back.`;
}

function doneText({ asked, written, stopped }: Reauthentication): string {
  const rest = stopped === 0 ? '' : ` ${count(stopped, 'connection')} now ${stopped === 1 ? 'rests' : 'rest'}.`;
  return `${countPeople(asked)} ${asked === 1 ? 'was' : 'were'} asked; ${count(written, 'mail')} on the way.${rest}`;
}
