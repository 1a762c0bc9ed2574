import { Button, Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { integrationQuery, registrationQuery } from '../api/queries.ts';
import { queryClient } from '../api/query-client.ts';
import { CopyField } from '../parts/copy.tsx';
import { faultAt, FormProblem } from '../parts/form.tsx';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Page } from '../parts/page.tsx';
import sheets from '../parts/sheets.module.css';
import { UnsavedChanges } from '../parts/unsaved-changes.tsx';
import styles from './app-registrations.module.css';
import { linesOf, MoreFields, NameField, type Settings } from './registration-fields.tsx';
import { useRegistrationChange } from './use-registration-change.ts';

type Draft = Settings & { clientId: string; tenant: string };
type Change = (changes: Partial<Draft>) => void;

const empty: Draft = {
  name: '',
  clientId: '',
  tenant: '',
  cloud: 'global',
  scopes: '',
  redirectUris: '',
  assertion: 'PS256',
  usedForSignIn: false,
};

/** Tells Parley about a registration that somebody makes in Entra. */
export function NewRegistrationPage() {
  return (
    <Page
      title="Add a registration"
      back={{ link: { to: '/microsoft-365/app-registrations' }, words: 'App registrations' }}
      lead="The registration itself is made in Entra. Here Parley learns its ids."
    >
      <ManagersOnly>
        <div className={sheets.stack}>
          <InEntra />
          <NewRegistration />
        </div>
      </ManagersOnly>
    </Page>
  );
}

function InEntra() {
  const { data } = useQuery(integrationQuery);
  const redirectUri = data?.redirectUri ?? `${location.origin}/api/teams/callback`;
  return (
    <section className={sheets.group} aria-label="In Entra">
      <h2>In Entra</h2>
      <ol className={styles.inEntra}>
        <li>
          Open{' '}
          <a href="https://entra.microsoft.com" target="_blank" rel="noopener noreferrer">
            the Entra admin center
          </a>{' '}
          as an Application Administrator: App registrations › New registration.
        </li>
        <li>
          To act for a whole organization, choose “My organization only” (single tenant) as supported account types.
        </li>
        <li>
          As redirect URI, choose the platform Web and give this address:
          <CopyField text={redirectUri} what="the redirect URI" />
        </li>
        <li>Choose Register. The page that opens, Overview, shows both ids that are asked for below.</li>
      </ol>
    </section>
  );
}

function NewRegistration() {
  const navigate = useNavigate();
  const [draft, setDraft] = useState(empty);
  const change: Change = (changes) => setDraft((before) => ({ ...before, ...changes }));
  const add = useRegistrationChange(
    () => ask(api['app-registrations'].$post({ json: inputOf(draft) })),
    (registration) => {
      const { id } = registration;
      queryClient.setQueryData(registrationQuery(id).queryKey, registration);
      void navigate({ to: '/microsoft-365/app-registrations/$id', params: { id }, replace: true, ignoreBlocker: true });
    },
  );
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate();
  };
  return (
    <form className={sheets.form} onSubmit={onSubmit} noValidate>
      <section className={sheets.group} aria-label="In Parley">
        <h2>In Parley</h2>
        <NameField draft={draft} change={change} error={add.error} />
        <Ids draft={draft} change={change} error={add.error} />
        <details className={`${sheets.disclosure} ${styles.strong}`}>
          <summary>More settings</summary>
          <div className={styles.inside}>
            <MoreFields draft={draft} change={change} error={add.error} />
          </div>
        </details>
      </section>
      <FormProblem error={add.error} />
      <div className={styles.foot}>
        <Button type="submit" appearance="primary" disabledFocusable={add.isPending}>
          Add this registration
        </Button>
        <Button onClick={() => void navigate({ to: '/microsoft-365/app-registrations' })}>Cancel</Button>
      </div>
      <UnsavedChanges changed={draft.name + draft.clientId + draft.tenant !== '' && !add.isSuccess}>
        The registration is not added yet.
      </UnsavedChanges>
    </form>
  );
}

function Ids({ draft, change, error }: { draft: Draft; change: Change; error: Error | null }) {
  return (
    <>
      <Field label="Application (client) ID" required validationMessage={faultAt(error, '/clientId')}>
        <Input
          value={draft.clientId}
          autoComplete="off"
          spellCheck={false}
          placeholder="00000000-0000-0000-0000-000000000000"
          onChange={(_, { value }) => change({ clientId: value })}
        />
      </Field>
      <Field
        label="Directory (tenant) ID"
        required
        hint="Write “organizations” for an app that people of any organization connect to, each with their own account. Such an app cannot act for a whole organization."
        validationMessage={faultAt(error, '/tenant')}
      >
        <Input
          value={draft.tenant}
          autoComplete="off"
          spellCheck={false}
          placeholder="00000000-0000-0000-0000-000000000000"
          onChange={(_, { value }) => change({ tenant: value })}
        />
      </Field>
    </>
  );
}

function inputOf({ scopes, redirectUris, ...rest }: Draft) {
  const [scopeList, uriList] = [linesOf(scopes), linesOf(redirectUris)];
  return {
    ...rest,
    ...(scopeList.length > 0 && { scopes: scopeList }),
    ...(uriList.length > 0 && { redirectUris: uriList }),
  };
}
