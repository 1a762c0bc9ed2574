import { Button } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api, ask } from '../api/client.ts';
import { putOrganizer, type Organizer } from '../api/organizers.ts';
import type { Tenant } from '../api/queries.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { faultAt, FormProblem } from '../parts/form.tsx';
import { Modal } from '../parts/modal.tsx';
import { Facts } from '../parts/page.tsx';
import partStyles from '../parts/parts.module.css';
import { useNow } from '../parts/use-now.ts';
import { agoText, momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './access-policies.module.css';
import { OperatorField } from './add-dialog.tsx';
import { localWords, remoteWords } from './field-words.ts';
import { organizerName } from './policy-words.ts';

type Props = { tenant: Tenant; organizer: Organizer; onClose: (said?: string) => void };

/** Who an organizer is, for whom they stand, and the way to take them off the list. */
export function OrganizerDialog(props: Props) {
  const [removing, setRemoving] = useState(false);
  if (removing) return <RemoveDialog {...props} />;
  return <Details {...props} remove={() => setRemoving(true)} />;
}

function Details({ organizer, onClose, remove }: Props & { remove: () => void }) {
  const id = useId();
  const queries = useQueryClient();
  const name = organizerName(organizer);
  const [memberId, setMemberId] = useState(organizer.memberId ?? '');
  const save = useMutation({
    mutationFn: () =>
      ask(api.organizers[':id'].$patch({ param: { id: organizer.id }, json: { memberId: memberId || null } })),
    onSuccess: async (changed) => {
      putOrganizer(queries, changed);
      await queries.invalidateQueries({ queryKey: ['organizers', organizer.tenantId] });
      onClose(`${name} is saved.`);
    },
  });
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };
  return (
    <Modal labelledBy={`${id}-title`} onClose={() => onClose()}>
      <h2 id={`${id}-title`}>{name}</h2>
      <form className={styles.form} onSubmit={onSubmit} noValidate>
        <OrganizerFacts organizer={organizer} />
        <OperatorField value={memberId} choose={setMemberId} fault={faultAt(save.error, '/memberId')} />
        <FormProblem error={save.error} />
        <div className={partStyles.modalActions}>
          <Button className={styles.first} onClick={remove}>
            Remove from the list
          </Button>
          <Button onClick={() => onClose()}>Close</Button>
          <Button
            type="submit"
            appearance="primary"
            disabledFocusable={save.isPending || memberId === (organizer.memberId ?? '')}
          >
            Save
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function OrganizerFacts({ organizer }: { organizer: Organizer }) {
  const { objectId, userPrincipalName, mail, match, lookedUpAt, policy } = organizer;
  const zone = useMe().member.timeZone;
  const now = useNow();
  const found = match
    ? `${localWords(match.local)} “${match.value}” is their ${remoteWords(match.remote)}, since ${momentText(match.at, zone)}`
    : 'By hand';
  return (
    <Facts
      rows={[
        ['Sign-in name', userPrincipalName ?? 'Not known'],
        ['E-mail', mail ?? 'None'],
        ['Object id', <code key="id">{objectId}</code>],
        ['Found', found],
        ['Last looked up', lookedUpAt ? agoText(lookedUpAt, now, zone) : 'Not yet'],
        ['Their policy, as imported', policy.inForce ?? 'None of their own is known'],
        ['Policy last tried', policy.probedAt ? agoText(policy.probedAt, now, zone) : 'Not yet'],
        ['Next try', policy.nextProbeAt ? `By itself, ${momentText(policy.nextProbeAt, zone)}` : 'None'],
      ]}
    />
  );
}

function RemoveDialog({ tenant, organizer, onClose }: Props) {
  const queries = useQueryClient();
  const name = organizerName(organizer);
  const isDefault = tenant.defaultOrganizer?.organizerId === organizer.id;
  const remove = useMutation({
    mutationFn: () => ask(api.organizers[':id'].$delete({ param: { id: organizer.id } })),
    onSuccess: async () => {
      onClose(`${name} is off the list.`);
      void queries.invalidateQueries({ queryKey: ['tenants'] });
      await queries.invalidateQueries({ queryKey: ['organizers', tenant.id] });
    },
  });
  return (
    <ConfirmDialog
      title={`Remove ${name} from the list?`}
      verb={`Remove ${name}`}
      keep="Keep them"
      change={remove}
      onClose={() => onClose()}
    >
      <p>
        Parley makes and moves no more meetings for {name}. Those that exist stay where they are and can still be
        cancelled.
        {isDefault && ' They are the default organizer: afterwards there is none.'}
      </p>
      <p>Microsoft’s policy is not touched. The script “Take the policy away” ends it there.</p>
    </ConfirmDialog>
  );
}
