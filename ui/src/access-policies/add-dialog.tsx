import { Button, Checkbox, Field, Input, Select } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api, ask } from '../api/client.ts';
import { membersQuery, type Tenant } from '../api/queries.ts';
import { faultAt, FormProblem } from '../parts/form.tsx';
import { Modal } from '../parts/modal.tsx';
import partStyles from '../parts/parts.module.css';
import styles from './access-policies.module.css';
import { organizerName } from './policy-words.ts';

type Props = { tenant: Tenant; onClose: (said?: string) => void };

/** Puts somebody on the list, by the name or the id that the directory has for them. */
export function AddDialog({ tenant, onClose }: Props) {
  const id = useId();
  const queries = useQueryClient();
  const [user, setUser] = useState('');
  const [memberId, setMemberId] = useState('');
  const [pilot, setPilot] = useState(tenant.stage === 'pilot' || tenant.stage === 'setup');
  const add = useMutation({
    mutationFn: () =>
      ask(
        api.tenants[':id'].organizers.$post({
          param: { id: tenant.id },
          json: { user: user.trim(), pilot, ...(memberId && { memberId }) },
        }),
      ),
    onSuccess: async (added) => {
      await queries.invalidateQueries({ queryKey: ['organizers', tenant.id] });
      onClose(`${organizerName(added)} is on the list. Parley tries the policy within a minute.`);
    },
  });
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate();
  };
  return (
    <Modal labelledBy={`${id}-title`} onClose={() => onClose()}>
      <h2 id={`${id}-title`}>Add an organizer</h2>
      <form className={styles.form} onSubmit={onSubmit} noValidate>
        <Field
          label="Sign-in name or object id"
          required
          hint="From Entra ID, such as dana@your-domain.example. From then on the object id counts, also when they are renamed."
          validationMessage={faultAt(add.error, '/user')}
        >
          <Input
            value={user}
            autoCapitalize="off"
            autoComplete="off"
            spellCheck={false}
            onChange={(_, { value }) => setUser(value)}
            data-initial-focus
          />
        </Field>
        <OperatorField value={memberId} choose={setMemberId} fault={faultAt(add.error, '/memberId')} />
        <Checkbox
          label="In the pilot group"
          checked={pilot}
          onChange={(_, { checked }) => setPilot(checked === true)}
        />
        <FormProblem error={add.error} />
        <div className={partStyles.modalActions}>
          <Button onClick={() => onClose()}>Cancel</Button>
          <Button type="submit" appearance="primary" disabledFocusable={add.isPending}>
            {add.isPending ? 'Looking them up…' : 'Add'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

type OperatorFieldProps = { value: string; choose: (memberId: string) => void; fault: string | undefined };

/** For which operator an organizer stands; only operators may, so that a visitor never owns a meeting. */
export function OperatorField({ value, choose, fault }: OperatorFieldProps) {
  const { data: members = [] } = useQuery(membersQuery);
  return (
    <Field
      label="Operator"
      hint="Whose meetings they own. A shared account such as a default organizer needs none."
      validationMessage={fault}
    >
      <Select value={value} onChange={(_, data) => choose(data.value)}>
        <option value="">Nobody</option>
        {members.map(({ id, name, email }) => (
          <option key={id} value={id}>
            {name} ({email})
          </option>
        ))}
      </Select>
    </Field>
  );
}
