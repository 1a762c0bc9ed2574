import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import type { AppRegistration } from '../api/queries.ts';
import { FormProblem } from '../parts/form.tsx';
import sheets from '../parts/sheets.module.css';
import { UnsavedChanges } from '../parts/unsaved-changes.tsx';
import styles from './app-registrations.module.css';
import { linesOf, MoreFields, NameField, type Settings } from './registration-fields.tsx';
import { useRegistrationChange } from './use-registration-change.ts';

/** What can be changed of a registration that is there: all but its ids. */
export function SettingsForm({ registration }: { registration: AppRegistration }) {
  const [saved, setSaved] = useState(() => settingsOf(registration)); // it may change on the server while somebody types
  const [draft, setDraft] = useState(saved);
  const { id, name } = registration;
  const save = useRegistrationChange(
    (settings: Settings) =>
      ask(api['app-registrations'][':id'].$patch({ param: { id }, json: changesOf(settings, saved) })),
    (after) => {
      setSaved(settingsOf(after));
      setDraft(settingsOf(after));
    },
  );
  const changed = JSON.stringify(draft) !== JSON.stringify(saved);
  const change = (changes: Partial<Settings>) => setDraft((before) => ({ ...before, ...changes }));
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!save.isPending && changed) save.mutate(draft);
  };
  return (
    <form className={`${sheets.group} ${sheets.form}`} onSubmit={onSubmit} noValidate aria-label="Settings">
      <h2>Settings</h2>
      <NameField draft={draft} change={change} error={save.error} />
      <details className={`${sheets.disclosure} ${styles.strong}`} open={save.error !== null || undefined}>
        <summary>More settings</summary>
        <div className={styles.inside}>
          <MoreFields draft={draft} change={change} error={save.error} />
        </div>
      </details>
      <FormProblem error={save.error} />
      <div className={styles.foot}>
        <Button type="submit" disabledFocusable={save.isPending || !changed}>
          Save settings
        </Button>
        <span role="status" className={sheets.quiet}>
          {save.isSuccess && !changed && 'Saved.'}
        </span>
      </div>
      <UnsavedChanges changed={changed}>{`What you changed in “${name}” is lost.`}</UnsavedChanges>
    </form>
  );
}

function settingsOf({ name, cloud, scopes, redirectUris, assertion, usedForSignIn }: AppRegistration): Settings {
  return { name, cloud, scopes: scopes.join('\n'), redirectUris: redirectUris.join('\n'), assertion, usedForSignIn };
}

function changesOf(draft: Settings, saved: Settings) {
  return {
    ...(draft.name !== saved.name && { name: draft.name }),
    ...(draft.cloud !== saved.cloud && { cloud: draft.cloud }),
    ...(draft.scopes !== saved.scopes && { scopes: linesOf(draft.scopes) }),
    ...(draft.redirectUris !== saved.redirectUris && { redirectUris: linesOf(draft.redirectUris) }),
    ...(draft.assertion !== saved.assertion && { assertion: draft.assertion }),
    ...(draft.usedForSignIn !== saved.usedForSignIn && { usedForSignIn: draft.usedForSignIn }),
  };
}
