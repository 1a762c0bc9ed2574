import { Button, Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import type { Tenant } from '../api/queries.ts';
import { faultAt, FormProblem } from '../parts/form.tsx';
import { useChange } from '../parts/use-change.ts';
import styles from './tenant-setup.module.css';

type Scope = Tenant['exchangeScope'];

const scopes: { value: Scope; words: string; hint: string }[] = [
  {
    value: 'rbac',
    words: 'Only the mailboxes of a group, with RBAC for Applications (recommended)',
    hint: 'Exchange gives the app its calendar rights, for the members of the group alone. Entra gives none.',
  },
  {
    value: 'access-policy',
    words: 'Only the mailboxes of a group, with an application access policy of Exchange',
    hint: 'The older way, which Microsoft replaces. The permission stays in Entra, and Exchange limits it.',
  },
  {
    value: 'none',
    words: 'Every mailbox of the tenant',
    hint: 'Nothing is limited: the app could read and change the calendar of everybody.',
  },
];

/** How far the app may reach in Exchange, and which mailboxes prove it. */
export function ExchangeScope({ tenant }: { tenant: Tenant }) {
  const [scope, setScope] = useState<Scope>(tenant.exchangeScope);
  const [group, setGroup] = useState(tenant.exchangeGroup ?? '');
  const [outside, setOutside] = useState(tenant.outsideMailbox ?? '');
  const json = { exchangeScope: scope, exchangeGroup: group || null, outsideMailbox: outside || null };
  const save = useChange(['tenants'], () => ask(api.tenants[':id'].$patch({ param: { id: tenant.id }, json })));
  const changed =
    scope !== tenant.exchangeScope ||
    group !== (tenant.exchangeGroup ?? '') ||
    outside !== (tenant.outsideMailbox ?? '');
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (changed && !save.isPending) save.mutate();
  };
  return (
    <form className={styles.choices} onSubmit={onSubmit} noValidate aria-label="Which mailboxes the app may use">
      <Field label="Which mailboxes may the app use?" validationMessage={faultAt(save.error, '/exchangeScope')}>
        <RadioGroup value={scope} onChange={(_, { value }) => setScope(scopeNamed(value))}>
          {scopes.map(({ value, words, hint }) => (
            <Radio
              key={value}
              value={value}
              label={
                <span className={styles.choice}>
                  {words}
                  <small>{hint}</small>
                </span>
              }
            />
          ))}
        </RadioGroup>
      </Field>
      {scope !== 'none' && (
        <div className={styles.pair}>
          <Field
            label="Group of mailboxes"
            hint="The address of a mail-enabled security group whose members are the organizers."
            validationMessage={faultAt(save.error, '/exchangeGroup')}
          >
            <Input type="email" value={group} autoComplete="off" onChange={(_, { value }) => setGroup(value)} />
          </Field>
          <Field
            label="A mailbox that must be refused"
            hint="Of somebody outside the group. The check only looks whether it is closed."
            validationMessage={faultAt(save.error, '/outsideMailbox')}
          >
            <Input type="email" value={outside} autoComplete="off" onChange={(_, { value }) => setOutside(value)} />
          </Field>
        </div>
      )}
      <FormProblem error={save.error} />
      <div>
        <Button type="submit" disabledFocusable={!changed || save.isPending}>
          Save this choice
        </Button>
      </div>
    </form>
  );
}

function scopeNamed(value: string): Scope {
  return scopes.find((scope) => scope.value === value)?.value ?? 'none';
}
