import { Field, Radio, RadioGroup } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { FormDialog } from '../parts/form-dialog.tsx';
import { api, ask } from '../api/client.ts';
import { registrationsQuery, tenantsQuery, type AppRegistration } from '../api/queries.ts';
import { faultAt } from '../parts/form.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useChange } from '../parts/use-change.ts';
import styles from './tenant-setup.module.css';

/** Chooses the registration through which a tenant is connected. `preferred` is chosen already, if it can be. */
export function ConnectTenant({ preferred, onClose }: { preferred: string; onClose: () => void }) {
  const navigate = useNavigate();
  const { data: registrations } = useQuery(registrationsQuery);
  const { data: tenants = [] } = useQuery(tenantsQuery);
  const [chosen, setChosen] = useState<string>();
  const taken = new Set(tenants.map(({ registrationId }) => registrationId));
  const free = registrations?.filter(({ id, appOnly }) => appOnly.possible && !taken.has(id)) ?? [];
  const value = chosen ?? free.find(({ id }) => id === preferred)?.id ?? (free.length === 1 ? free[0]?.id : undefined);
  const connect = useChange(
    ['tenants'],
    () => ask(api.tenants.$post({ json: { registrationId: value ?? '' } })),
    ({ id }) => void navigate({ to: '/microsoft-365/setup/$id', params: { id }, replace: true }),
  );
  return (
    <FormDialog
      title="Connect a tenant"
      verb="Connect this tenant"
      change={{ ...connect, mutate: () => value !== undefined && connect.mutate() }}
      onClose={onClose}
    >
      <p className={styles.plain}>
        Parley acts in the tenant that a registration belongs to. Nothing is asked of Microsoft yet: the guide leads
        through it step by step.
      </p>
      {!registrations && <SkeletonRows rows={2} height="44px" />}
      {registrations && registrations.length > 0 && (
        <Field label="Through which app registration?" validationMessage={faultAt(connect.error, '/registrationId')}>
          <RadioGroup value={value ?? ''} onChange={(_, data) => setChosen(data.value)}>
            {registrations.map((registration) => (
              <Choice key={registration.id} registration={registration} taken={taken.has(registration.id)} />
            ))}
          </RadioGroup>
        </Field>
      )}
      <p className={styles.plain}>
        {free.length === 0 && registrations && 'No registration here can be used for it yet. '}
        <Link to="/microsoft-365/app-registrations/new">Add a registration</Link> of a single tenant
        {free.length > 0 && ', if none of these is it'}.
      </p>
    </FormDialog>
  );
}

function Choice({ registration, taken }: { registration: AppRegistration; taken: boolean }) {
  const { id, name, tenant, appOnly } = registration;
  const reason = taken ? 'Its tenant is connected already.' : appOnly.reason;
  return (
    <Radio
      value={id}
      disabled={reason !== null}
      label={
        <span className={styles.choice}>
          {name}
          <small>{reason ?? `Tenant ${tenant}`}</small>
        </span>
      }
    />
  );
}
