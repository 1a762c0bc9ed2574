import { Field, Textarea } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { api, ask } from '../api/client.ts';
import { organisationChoicesQuery, type Organisation } from '../api/people.ts';
import { problemOf } from '../api/problem.ts';
import { FormDialog } from '../parts/form-dialog.tsx';
import sheets from '../parts/sheets.module.css';
import { useChange } from '../parts/use-change.ts';
import { count } from '../parts/when.ts';
import { readPasted, type PastedContact } from './pasted.ts';
import styles from './people.module.css';

/** Adds many contacts at once from a table that was copied elsewhere. */
export function ImportDialog({ onClose }: { onClose: (said?: string) => void }) {
  const [text, setText] = useState('');
  const [refused, setRefused] = useState<string[]>([]);
  const [done, setDone] = useState(0);
  const { data: known = [] } = useQuery(organisationChoicesQuery);
  const { contacts, unclear } = useMemo(() => readPasted(text), [text]);
  const add = useChange(
    ['contacts', 'organisations'],
    () => addAll(contacts, known, setDone),
    (outcome) => {
      if (outcome.refused.length === 0) onClose(`${count(outcome.added, 'contact')} added.`);
      else {
        setRefused(outcome.refused);
        setText('');
      }
    },
  );
  return (
    <FormDialog
      title="Paste a list of contacts"
      verb={contacts.length > 0 ? `Add ${count(contacts.length, 'contact')}` : 'Add'}
      change={contacts.length > 0 ? add : { ...add, mutate: () => {} }}
      onClose={() => onClose()}
    >
      <Field
        label="Lines from a table or a CSV file"
        hint="Name, e-mail address and organisation, with or without a first line that names them. Organisations that are new are made."
      >
        <Textarea
          value={text}
          rows={8}
          resize="vertical"
          placeholder={'Name, E-mail, Organisation\nSam Ferro, sam.ferro@visitor.example, Northgate College'}
          onChange={(_, { value }) => {
            setText(value);
            setRefused([]);
          }}
          data-initial-focus
        />
      </Field>
      <p role="status" className={sheets.quiet}>
        {add.isPending ? `${done} of ${contacts.length} are added…` : understood(contacts.length, unclear, text)}
      </p>
      {refused.length > 0 && (
        <div role="alert">
          <p className={sheets.quiet}>{count(refused.length, 'contact')} could not be added; the others are.</p>
          <ul className={styles.refused}>
            {refused.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </div>
      )}
    </FormDialog>
  );
}

function understood(found: number, unclear: number[], text: string): string {
  if (text.trim() === '') return '';
  const without = unclear.length === 1 ? `Line ${unclear[0]} has` : `Lines ${unclear.join(', ')} have`;
  const rest = unclear.length > 0 ? ` ${without} no address and will be left out.` : '';
  return `${count(found, 'contact')} found.${rest}`;
}

/** One after the other, so that whoever is refused is named and the others are added all the same. */
async function addAll(contacts: PastedContact[], known: Organisation[], onDone: (done: number) => void) {
  const ids = new Map(known.map(({ id, name }) => [name.toLowerCase(), id]));
  const refused: string[] = [];
  for (const [at, { name, email, organisation }] of contacts.entries()) {
    try {
      const organisationId = await idOf(organisation, ids);
      await ask(api.contacts.$post({ json: { name, email, organisationId } }));
    } catch (error) {
      const { detail, title, errors } = problemOf(error);
      refused.push(`${name} (${email}): ${errors?.[0]?.detail ?? detail ?? title}`);
    }
    onDone(at + 1);
  }
  return { added: contacts.length - refused.length, refused };
}

async function idOf(organisation: string, ids: Map<string, string>): Promise<string | null> {
  if (organisation === '') return null;
  const known = ids.get(organisation.toLowerCase());
  if (known) return known;
  const { id } = await ask(api.organisations.$post({ json: { name: organisation } }));
  ids.set(organisation.toLowerCase(), id);
  return id;
}
