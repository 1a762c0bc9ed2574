import { Button, Field, Textarea } from '@fluentui/react-components';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import type { Workspace } from '../api/workspace.ts';
import { faultAt, FormProblem } from '../parts/form.tsx';
import sheets from '../parts/sheets.module.css';
import { UnsavedChanges } from '../parts/unsaved-changes.tsx';
import { useChange } from '../parts/use-change.ts';
import styles from './connecting-accounts.module.css';

type Draft = { returnUris: string; corsOrigins: string };

const draftOf = ({ returnUris, corsOrigins }: Workspace): Draft => ({
  returnUris: returnUris.join('\n'),
  corsOrigins: corsOrigins.join('\n'),
});

/** Which addresses of other sites this workspace trusts: to send people back to, and to use keys in browsers. */
export function AddressesForm({ start }: { start: Workspace }) {
  const [saved, setSaved] = useState(() => draftOf(start)); // it may change on the server while somebody types
  const [draft, setDraft] = useState(saved);
  const save = useChange(
    ['workspace'],
    ({ returnUris, corsOrigins }: Draft) =>
      ask(api.workspace.$patch({ json: { returnUris: linesOf(returnUris), corsOrigins: linesOf(corsOrigins) } })),
    (after) => {
      setSaved(draftOf(after));
      setDraft(draftOf(after));
    },
  );
  const changed = JSON.stringify(draft) !== JSON.stringify(saved);
  const change = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!save.isPending && changed) save.mutate(draft);
  };
  return (
    <form className={sheets.form} onSubmit={onSubmit} noValidate aria-label="Addresses of your applications">
      <section className={sheets.group} aria-label="Where people go back to">
        <h2>Where people go back to</h2>
        <Field
          label="Return addresses, one on each line"
          hint="Whole addresses, such as https://app.example.com/connected. They are compared to the letter, so that nobody else gets the answer. A link without one ends on a page of Parley."
          validationMessage={faultAt(save.error, '/returnUris')}
        >
          <Textarea
            value={draft.returnUris}
            rows={3}
            resize="vertical"
            spellCheck={false}
            placeholder="https://app.example.com/connected"
            onChange={(_, { value }) => change({ returnUris: value })}
          />
        </Field>
      </section>
      <section className={sheets.group} aria-label="Sites that use API keys in browsers">
        <h2>Sites that use API keys in browsers</h2>
        <Field
          label="Sites, one on each line"
          hint="Only the beginning, such as https://www.example.org. Everybody who opens a page there can read the key in it; give it few permissions. Applications on servers need no entry."
          validationMessage={faultAt(save.error, '/corsOrigins')}
        >
          <Textarea
            value={draft.corsOrigins}
            rows={3}
            resize="vertical"
            spellCheck={false}
            placeholder="https://www.example.org"
            onChange={(_, { value }) => change({ corsOrigins: value })}
          />
        </Field>
      </section>
      <FormProblem error={save.error} />
      <div className={styles.foot}>
        <Button type="submit" appearance="primary" disabledFocusable={save.isPending || !changed}>
          Save addresses
        </Button>
        <span role="status" className={sheets.quiet}>
          {changed ? 'There are changes that are not saved.' : save.isSuccess && 'Saved.'}
        </span>
      </div>
      <UnsavedChanges changed={changed}>What you changed in the addresses is lost.</UnsavedChanges>
    </form>
  );
}

/** An address may hold a comma: only a new line begins another one. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
