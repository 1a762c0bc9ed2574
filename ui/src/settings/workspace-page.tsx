import { Button, Field, Input, RadioGroup, Select, Textarea } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { workspaceQuery, type Workspace } from '../api/workspace.ts';
import { Choice } from '../parts/choice.tsx';
import { CopyField } from '../parts/copy.tsx';
import { faultAt, FormProblem } from '../parts/form.tsx';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { UnsavedChanges } from '../parts/unsaved-changes.tsx';
import { useChange } from '../parts/use-change.ts';
import { localeNames } from '../people/locale-names.ts';
import { useMe } from '../shell/me.ts';
import { ArtifactSettings } from './artifact-settings.tsx';
import styles from './settings.module.css';

/** What holds for the whole workspace. */
export function WorkspacePage() {
  return (
    <Page title="Settings" lead="What holds for the whole workspace.">
      <ManagersOnly>
        <div className={sheets.stack}>
          <Settings />
          <ArtifactSettings />
        </div>
      </ManagersOnly>
    </Page>
  );
}

function Settings() {
  const { mayManage } = useMe();
  const { data, error, refetch } = useQuery({ ...workspaceQuery, enabled: mayManage, refetchOnWindowFocus: false });
  if (!data) return error ? <QueryProblem error={error} retry={refetch} /> : <SkeletonRows rows={3} height="220px" />;
  return <Form start={data} />;
}

type Draft = Pick<Workspace, 'name' | 'locale' | 'outlookChanges'> & { sites: string };

const draftOf = ({ name, locale, outlookChanges, embedOrigins }: Workspace): Draft => ({
  name,
  locale,
  outlookChanges,
  sites: embedOrigins.join('\n'),
});

const answers: { value: Draft['outlookChanges']; words: string; explained: string }[] = [
  {
    value: 'follow',
    words: 'Follow them',
    explained:
      'The booking moves along, and the visitor is told. What does not fit, such as a time that is taken, is asked about.',
  },
  {
    value: 'ask',
    words: 'Ask (recommended)',
    explained:
      'The booking says that it was changed in Outlook, and Today asks a person whether to accept the change or to put it back. Until then the visitor keeps the time they were told.',
  },
  {
    value: 'revert',
    words: 'Put them back',
    explained: 'Parley is where times are decided: whatever is changed in Outlook is set back as it was booked.',
  },
];

function Form({ start }: { start: Workspace }) {
  const [saved, setSaved] = useState(() => draftOf(start)); // it may change on the server while somebody types
  const [draft, setDraft] = useState(saved);
  const save = useChange(
    ['workspace', 'me'],
    ({ sites, name, ...rest }: Draft) =>
      ask(api.workspace.$patch({ json: { ...rest, name: name.trim(), embedOrigins: sitesOf(sites) } })),
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
  const fields = { draft, change, fault: (pointer: string) => faultAt(save.error, pointer) };
  return (
    <form className={sheets.form} onSubmit={onSubmit} noValidate aria-label="Settings">
      <Identity {...fields} portalUrl={start.portalUrl} />
      <Outlook {...fields} />
      <Sites {...fields} />
      <FormProblem error={save.error} />
      <div className={styles.foot}>
        <Button type="submit" appearance="primary" disabledFocusable={save.isPending || !changed}>
          Save settings
        </Button>
        <span role="status" className={sheets.quiet}>
          {changed ? 'There are changes that are not saved.' : save.isSuccess && 'Saved.'}
        </span>
      </div>
      <UnsavedChanges changed={changed}>What you changed in the settings is lost.</UnsavedChanges>
    </form>
  );
}

type FieldsProps = {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  fault: (pointer: string) => string | undefined;
};

/** What it is called, and how it speaks. */
function Identity({ draft, change, fault, portalUrl }: FieldsProps & { portalUrl: string }) {
  return (
    <section className={sheets.group} aria-label="Workspace">
      <h2>Workspace</h2>
      <Field label="Name" required hint="Visitors see it on every booking page." validationMessage={fault('/name')}>
        <Input value={draft.name} onChange={(_, { value }) => change({ name: value })} />
      </Field>
      <Field
        label="Language"
        hint="Of mail to people who have not chosen one themselves."
        validationMessage={fault('/locale')}
      >
        <Select
          value={draft.locale}
          // Only languages of the list can be chosen.
          onChange={(_, { value }) => change({ locale: value as Draft['locale'] })}
        >
          {[...localeNames].map(([locale, name]) => (
            <option key={locale} value={locale} lang={locale}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Where visitors find their own appointments" hint="A link by mail lets them in.">
        <CopyField text={portalUrl} what="the address of the visitors’ page" />
      </Field>
    </section>
  );
}

/** What becomes of what people change in Outlook. */
function Outlook({ draft, change, fault }: FieldsProps) {
  return (
    <section className={sheets.group} aria-label="Changes made in Outlook">
      <h2>Changes made in Outlook</h2>
      <Field
        label="When somebody changes one of Parley’s meetings in their calendar"
        hint="A meeting that was deleted there is always asked about, so that nobody loses an appointment unnoticed."
        validationMessage={fault('/outlookChanges')}
      >
        <RadioGroup
          value={draft.outlookChanges}
          onChange={(_, { value }) => change({ outlookChanges: value as Draft['outlookChanges'] })}
        >
          {answers.map((answer) => (
            <Choice key={answer.value} {...answer} />
          ))}
        </RadioGroup>
      </Field>
    </section>
  );
}

/** Where booking pages may be shown. */
function Sites({ draft, change, fault }: FieldsProps) {
  return (
    <section className={sheets.group} aria-label="Sites that may show booking pages" id="sites">
      <h2>Sites that may show booking pages</h2>
      <Field
        label="Addresses, one on each line"
        hint="Only the beginning, such as https://www.example.org. On other sites the pages stay closed; links to them work everywhere."
        validationMessage={fault('/embedOrigins')}
      >
        <Textarea
          value={draft.sites}
          rows={3}
          resize="vertical"
          spellCheck={false}
          placeholder="https://www.example.org"
          onChange={(_, { value }) => change({ sites: value })}
        />
      </Field>
    </section>
  );
}

function sitesOf(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
