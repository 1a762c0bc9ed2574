import { Button, Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import type { Tenant } from '../api/queries.ts';
import { faultAt, FormProblem } from '../parts/form.tsx';
import { Actions } from '../parts/page.tsx';
import { ChangeProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { useChange } from '../parts/use-change.ts';
import { count } from '../parts/when.ts';
import { allowedOrganizersQuery } from './setup-words.ts';
import styles from './tenant-setup.module.css';

/** What the policy is called in Teams; the scripts use the name. */
export function PolicyName({ tenant }: { tenant: Tenant }) {
  const [name, setName] = useState(tenant.policyName);
  const save = useChange(['tenants'], () =>
    ask(api.tenants[':id'].$patch({ param: { id: tenant.id }, json: { policyName: name } })),
  );
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (name !== tenant.policyName && !save.isPending) save.mutate();
  };
  return (
    <form className={styles.choices} onSubmit={onSubmit} noValidate aria-label="Name of the policy">
      <Field
        label="Name of the policy in Teams"
        hint="The scripts below use it. Give the name of a policy that exists to add the app to that one."
        validationMessage={faultAt(save.error, '/policyName')}
      >
        <Input value={name} maxLength={100} autoComplete="off" onChange={(_, { value }) => setName(value)} />
      </Field>
      <FormProblem error={save.error} />
      {name !== tenant.policyName && (
        <div>
          <Button type="submit" disabledFocusable={save.isPending}>
            Save the name
          </Button>
        </div>
      )}
    </form>
  );
}

/** The administrator's word that the scripts were run. Parley proves it by itself from then on. */
export function PolicyGranted({ tenant: { id } }: { tenant: Tenant }) {
  const { data } = useQuery(allowedOrganizersQuery(id));
  const tell = useChange(['tenants'], () =>
    ask(api.tenants[':id'].organizers['policy-granted'].$post({ param: { id }, json: {} })),
  );
  if (!data || data.data.length === 0) return null;
  const told = tell.data?.data.length;
  return (
    <section className={styles.part} aria-label="After the scripts">
      <Actions>
        <Button disabledFocusable={tell.isPending} onClick={() => tell.mutate()}>
          I have run the scripts
        </Button>
      </Actions>
      <p role="status" className={sheets.quiet} hidden={told === undefined}>
        {told !== undefined &&
          `Parley tries the policy for ${count(told, 'organizer')}, and again until Teams has applied it. That takes up to 30 minutes, in rare cases a day. You can leave this page.`}
      </p>
      <ChangeProblem error={tell.error} />
    </section>
  );
}
