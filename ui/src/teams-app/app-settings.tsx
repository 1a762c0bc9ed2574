import { Button, Field, Input, Select } from '@fluentui/react-components';
import { useState } from 'react';
import { changeTeamsApp, type TeamsAppSettings } from '../api/teams-app.ts';
import { faultAt, FormProblem } from '../parts/form.tsx';
import sheets from '../parts/sheets.module.css';
import { UnsavedChanges } from '../parts/unsaved-changes.tsx';
import { useChange } from '../parts/use-change.ts';
import styles from './teams-app.module.css';

type Name = Exclude<keyof TeamsAppSettings, 'manifestVersion'>;

const fields: { name: Name; label: string; hint?: string; most: number }[] = [
  { name: 'name', label: 'Name in Teams', hint: 'What people see beside the icon.', most: 30 },
  { name: 'developerName', label: 'Offered by', most: 32 },
  { name: 'websiteUrl', label: 'Website', most: 2048 },
  { name: 'privacyUrl', label: 'Privacy statement', most: 2048 },
  { name: 'termsOfUseUrl', label: 'Terms of use', most: 2048 },
];
const versionWords: Record<TeamsAppSettings['manifestVersion'], string> = {
  '1.29': '1.29, the current one',
  '1.19': '1.19, where the admin center does not take the current one yet',
};

/** What can be chosen about the app; it counts with the next package. */
export function AppSettings({ settings }: { settings: TeamsAppSettings }) {
  const [saved, setSaved] = useState(settings);
  const [draft, setDraft] = useState(settings);
  const save = useChange(['teams-app'], changeTeamsApp, (after) => {
    setSaved(after.settings);
    setDraft(after.settings);
  });
  const changes = Object.fromEntries(
    Object.entries(draft).filter(([name, value]) => saved[name as keyof TeamsAppSettings] !== value),
  ) as Partial<TeamsAppSettings>; // a part of the draft
  const changed = Object.keys(changes).length > 0;
  const change = (part: Partial<TeamsAppSettings>) => setDraft((before) => ({ ...before, ...part }));
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!save.isPending && changed) save.mutate(changes);
  };
  return (
    <form className={`${sheets.group} ${sheets.form}`} onSubmit={onSubmit} noValidate aria-labelledby="settings">
      <h2 id="settings">Settings</h2>
      {fields.map(({ name, label, hint, most }) => (
        <Field key={name} label={label} {...(hint && { hint })} validationMessage={faultAt(save.error, `/${name}`)}>
          <Input
            value={draft[name]}
            maxLength={most}
            autoComplete="off"
            onChange={(_, { value }) => change({ [name]: value })}
          />
        </Field>
      ))}
      <Field label="Version of the manifest" validationMessage={faultAt(save.error, '/manifestVersion')}>
        <Select
          value={draft.manifestVersion}
          onChange={(_, { value }) => change({ manifestVersion: value === '1.19' ? '1.19' : '1.29' })}
        >
          {Object.entries(versionWords).map(([version, words]) => (
            <option key={version} value={version}>
              {words}
            </option>
          ))}
        </Select>
      </Field>
      <FormProblem error={save.error} />
      <div className={styles.foot}>
        <Button type="submit" disabledFocusable={save.isPending || !changed}>
          Save settings
        </Button>
        <span role="status" className={sheets.quiet}>
          {save.isSuccess && !changed && 'Saved. Download the package again and upload it.'}
        </span>
      </div>
      <UnsavedChanges changed={changed}>What you changed about the app is lost.</UnsavedChanges>
    </form>
  );
}
