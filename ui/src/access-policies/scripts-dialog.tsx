import { Button, Field, Input, Radio, RadioGroup, Select } from '@fluentui/react-components';
import { Warning20Filled } from '@fluentui/react-icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api, ask } from '../api/client.ts';
import type { Organizer, ScriptRequest } from '../api/organizers.ts';
import type { Tenant } from '../api/queries.ts';
import { FormProblem } from '../parts/form.tsx';
import { Modal } from '../parts/modal.tsx';
import partStyles from '../parts/parts.module.css';
import styles from './access-policies.module.css';
import { nameList, organizerName, otherPolicyOf, peopleText } from './policy-words.ts';
import { ScriptView } from './script-view.tsx';
import { isGroupId, kinds, scriptRequest, type Kind, type Wish } from './script-wish.ts';

type Props = {
  tenant: Tenant;
  chosen: Organizer[];
  /** Everybody who is on the page, to warn of policies that would be overwritten. */
  listed: Organizer[];
  onClose: (said?: string) => void;
};

/** The scripts that a Teams administrator runs, filled in, for whom they are needed. */
export function ScriptsDialog({ tenant, chosen, listed, onClose }: Props) {
  const id = useId();
  const [wish, setWish] = useState<Wish>({ kind: 'grant', target: 'people', groupId: '', rank: '', policyName: '' });
  const change = (changes: Partial<Wish>) => setWish((before) => ({ ...before, ...changes }));
  const people = chosen.length > 0 ? chosen : listed.filter(({ allowed }) => allowed);
  const request = scriptRequest(wish, chosen);
  return (
    <Modal labelledBy={`${id}-title`} className={styles.wide} onClose={() => onClose()}>
      <h2 id={`${id}-title`}>Scripts for the Teams administrator</h2>
      <div className={styles.form}>
        <p>
          They are for PowerShell and are filled in with the ids of this tenant. Whoever runs them signs in as Teams
          Administrator; Parley itself cannot grant a policy.
        </p>
        <KindField tenant={tenant} wish={wish} change={change} />
        {wish.kind === 'extend' && (
          <Field label="Name of the policy" hint="As Get-CsApplicationAccessPolicy shows it, with or without “Tag:”.">
            <Input
              value={wish.policyName}
              placeholder={tenant.policyName}
              maxLength={200}
              spellCheck={false}
              onChange={(_, { value }) => change({ policyName: value })}
            />
          </Field>
        )}
        {kinds[wish.kind].targets.length > 0 && <Targets wish={wish} change={change} chosen={chosen} />}
        {wish.kind === 'grant' && <Overwritten people={people} tenant={tenant} />}
        {request ? (
          <ScriptView tenantId={tenant.id} request={request} />
        ) : (
          <p className={styles.nothing}>Enter the object id of the group, and the script comes here.</p>
        )}
        <Granted tenant={tenant} wish={wish} chosen={chosen} request={request} onClose={onClose} />
      </div>
    </Modal>
  );
}

type WishProps = { wish: Wish; change: (changes: Partial<Wish>) => void };

function KindField({ tenant, wish, change }: WishProps & { tenant: Tenant }) {
  const { hint } = kinds[wish.kind];
  return (
    <Field label="What it is for" hint={hint(tenant.policyName)}>
      <Select
        value={wish.kind}
        onChange={(_, { value }) => change({ kind: value as Kind, target: 'people' })}
        data-initial-focus
      >
        {Object.entries(kinds).map(([kind, { words }]) => (
          <option key={kind} value={kind}>
            {words}
          </option>
        ))}
      </Select>
    </Field>
  );
}

function Targets({ wish, change, chosen }: WishProps & { chosen: Organizer[] }) {
  const { targets, everybody } = kinds[wish.kind];
  const people = chosen.length > 0 ? `Whom you chose: ${nameList(chosen.map(organizerName))}` : everybody;
  const grouped = wish.target === 'group' || wish.target === 'group-members';
  return (
    <>
      <Field label="For whom">
        <RadioGroup value={wish.target} onChange={(_, { value }) => change({ target: value as Wish['target'] })}>
          <Radio value="people" label={people} />
          {targets.includes('group') && (
            <>
              <Radio value="group-members" label="Each member of a group, one by one" />
              <Radio value="group" label="A group as a whole: whoever joins it later has the policy too" />
              <Radio value="everyone" label="Everyone in the tenant who has no policy of their own" />
            </>
          )}
        </RadioGroup>
      </Field>
      {grouped && (
        <div className={styles.pair}>
          <Field
            label="Object id of the group"
            validationState={wish.groupId === '' || isGroupId(wish.groupId) ? 'none' : 'error'}
            validationMessage={
              wish.groupId === '' || isGroupId(wish.groupId)
                ? undefined
                : 'It looks like 1b2d5f83-94e6-4ca7-b801-3f72ea9c46d5.'
            }
          >
            <Input
              value={wish.groupId}
              autoCapitalize="off"
              autoComplete="off"
              spellCheck={false}
              onChange={(_, { value }) => change({ groupId: value })}
            />
          </Field>
          {wish.target === 'group' && (
            <Field label="Rank" hint="Of several groups with a policy, 1 wins. Empty: 1.">
              <Input
                value={wish.rank}
                inputMode="numeric"
                onChange={(_, { value }) => change({ rank: value.replaceAll(/\D/g, '').slice(0, 4) })}
              />
            </Field>
          )}
        </div>
      )}
      {wish.target === 'everyone' && (
        <p>
          Microsoft’s wall is then open for everyone in the tenant. Parley’s own list still decides for whom meetings
          are made.
        </p>
      )}
    </>
  );
}

/** One policy a person: what a grant would take away, before anybody runs it. */
function Overwritten({ people, tenant }: { people: Organizer[]; tenant: Tenant }) {
  const others = people.flatMap((person) => {
    const policy = otherPolicyOf(person, tenant.policyName);
    return policy === undefined ? [] : [`${organizerName(person)} (“${policy}”)`];
  });
  if (others.length === 0) return null;
  return (
    <div className={styles.warning} role="status">
      <Warning20Filled aria-hidden />
      <p>
        <strong>{others.length === 1 ? 'One person has' : `${others.length} people have`} another policy: </strong>
        {nameList(others)}. A person has one policy at a time, so the script stops before it would replace it. Choose “
        {kinds.extend.words}” instead, and enter the name of that policy there.
      </p>
    </div>
  );
}

type GrantedProps = Omit<Props, 'listed'> & { wish: Wish; request: ScriptRequest | undefined };

/** Somebody has run it: from now on a refusal is the grant on its way. */
function Granted({ tenant, wish, chosen, request, onClose }: GrantedProps) {
  const queries = useQueryClient();
  const one = wish.target === 'people' && chosen.length > 0;
  const announce = useMutation({
    mutationFn: () =>
      ask(
        api.tenants[':id'].organizers['policy-granted'].$post({
          param: { id: tenant.id },
          json: one ? { organizerIds: chosen.map(({ id }) => id) } : {},
        }),
      ),
    onSuccess: async ({ data }) => {
      await queries.invalidateQueries({ queryKey: ['organizers', tenant.id] });
      onClose(`Noted for ${peopleText(data.length)}. Parley tries every two minutes for half an hour.`);
    },
  });
  const grants = wish.kind === 'grant';
  return (
    <>
      <FormProblem error={announce.error} />
      {grants && (
        <p>
          Teams takes up to 30 minutes to apply a grant. Say when it was run, and Parley keeps trying for{' '}
          {one ? nameList(chosen.map(organizerName)) : 'everybody who is allowed'} in the meantime.
        </p>
      )}
      <div className={partStyles.modalActions}>
        <Button onClick={() => onClose()}>Close</Button>
        {grants && (
          <Button
            appearance="primary"
            disabledFocusable={announce.isPending || !request}
            onClick={() => announce.mutate()}
          >
            I have run the script
          </Button>
        )}
      </div>
    </>
  );
}
