import { Field, Select } from '@fluentui/react-components';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import type { ApiKey, NewApiKey } from '../api/queries.ts';
import { FormDialog } from '../parts/form-dialog.tsx';
import { useChange } from '../parts/use-change.ts';
import { useMe } from '../shell/me.ts';
import { changesOf, draftOf, emptyDraft, keyOf, type KeyDraft } from './key-draft.ts';
import { KeyFields } from './key-fields.tsx';

const stale = ['api-keys'];

/** Makes a key. */
export function NewKeyDialog({ onDone, onClose }: { onDone: (made: NewApiKey) => void; onClose: () => void }) {
  const zone = useMe().member.timeZone;
  const [draft, setDraft] = useState(emptyDraft);
  const make = useChange(stale, () => ask(api['api-keys'].$post({ json: keyOf(draft, Date.now(), zone) })), onDone);
  const change = (changes: Partial<KeyDraft>) => setDraft((before) => ({ ...before, ...changes }));
  return (
    <FormDialog title="Make a key" verb="Make the key" change={make} onClose={onClose}>
      <KeyFields draft={draft} change={change} error={make.error} />
    </FormDialog>
  );
}

/** Changes what a key is called, may do, and how long; its secret stays. */
export function ChangeKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const zone = useMe().member.timeZone;
  const [before] = useState(() => draftOf(apiKey, zone)); // it may change on the server while somebody types
  const [draft, setDraft] = useState(before);
  const param = { id: apiKey.id };
  const save = useChange(
    stale,
    () => ask(api['api-keys'][':id'].$patch({ param, json: changesOf(draft, before, Date.now(), zone) })),
    onClose,
  );
  const change = (changes: Partial<KeyDraft>) => setDraft((last) => ({ ...last, ...changes }));
  return (
    <FormDialog title={`Change the key “${apiKey.name}”`} verb="Save" change={save} onClose={onClose}>
      <KeyFields draft={draft} change={change} error={save.error} />
    </FormDialog>
  );
}

const graces = { none: 'When you revoke it', '60': 'In an hour', '1440': 'In a day', '10080': 'In a week' } as const;
type Grace = keyof typeof graces;
type ReplaceProps = { apiKey: ApiKey; onDone: (made: NewApiKey) => void; onClose: () => void };

/** Makes a second key beside one, so that a program changes over without a gap. */
export function ReplaceKeyDialog({ apiKey: { id, name }, onDone, onClose }: ReplaceProps) {
  const [grace, setGrace] = useState<Grace>('1440');
  const rotate = useChange(
    stale,
    () => {
      const json = grace === 'none' ? {} : { graceMinutes: Number(grace) };
      return ask(api['api-keys'][':id'].rotate.$post({ param: { id }, json }));
    },
    onDone,
  );
  return (
    <FormDialog title={`Make a second key for “${name}”`} verb="Make the second key" change={rotate} onClose={onClose}>
      <p style={{ margin: 0 }}>
        It has the same permissions and addresses. Both are valid while your program changes over to it. Has the first
        one leaked? Then revoke it as soon as you can.
      </p>
      <Field label="The first key ends">
        <Select
          value={grace}
          // The list has these values and no others.
          onChange={(_, { value }) => setGrace(value as Grace)}
          data-initial-focus
        >
          {Object.entries(graces).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </Select>
      </Field>
    </FormDialog>
  );
}
