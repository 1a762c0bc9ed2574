import { Button, Field, Input } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { organizerQuery } from '../api/organizers.ts';
import { tenantQuery, type Tenant } from '../api/queries.ts';
import { faultAt } from '../parts/form.tsx';
import { Card } from '../parts/page.tsx';
import { ChangeProblem } from '../parts/problem-view.tsx';
import { StateLabel, type State } from '../parts/state-label.tsx';
import { useNow } from '../parts/use-now.ts';
import { useMe } from '../shell/me.ts';
import styles from './access-policies.module.css';
import { policyWords } from './policy-words.ts';

/** The account that owns meetings of event types that ask for it, and how it stands. */
export function DefaultOrganizer({ tenant }: { tenant: Tenant }) {
  const saved = tenant.defaultOrganizer?.userPrincipalName ?? '';
  const [typed, setTyped] = useState(saved);
  const save = useSaving(tenant.id);
  const wanted = typed.trim();
  const fault = faultAt(save.error, '/userPrincipalName');
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (save.isPending || wanted === saved) return;
    const onSuccess: Saved = (kept) => setTyped(kept?.userPrincipalName ?? '');
    save.mutate(wanted === '' ? null : wanted, { onSuccess });
  };
  return (
    <Card label="Default organizer">
      <form className={styles.inline} onSubmit={onSubmit} noValidate>
        <Field
          label="Default organizer"
          hint="One account for all: it owns the meetings of event types that ask for it, and the operator is invited."
          validationMessage={fault}
        >
          <Input
            value={typed}
            placeholder="bookings@your-domain.example"
            autoCapitalize="off"
            autoComplete="off"
            spellCheck={false}
            onChange={(_, { value }) => setTyped(value)}
          />
        </Field>
        <Button type="submit" disabledFocusable={save.isPending || wanted === saved}>
          {save.isPending ? 'Looking them up…' : wanted === '' && saved !== '' ? 'Have none' : 'Save'}
        </Button>
      </form>
      <Standing tenant={tenant} />
      {!fault && <ChangeProblem error={save.error} />}
    </Card>
  );
}

type Saved = (kept: Tenant['defaultOrganizer']) => void;

function useSaving(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (userPrincipalName: string | null) =>
      ask(api.tenants[':id']['default-organizer'].$put({ param: { id }, json: { userPrincipalName } })),
    onSuccess: (defaultOrganizer) => {
      queries.setQueryData(tenantQuery(id).queryKey, (tenant) => tenant && { ...tenant, defaultOrganizer });
      void queries.invalidateQueries({ queryKey: ['tenants'] });
      void queries.invalidateQueries({ queryKey: ['organizers', id] });
    },
  });
}

/** Found or not, and what they can do; one line that keeps its place. */
function Standing({ tenant: { id, defaultOrganizer } }: { tenant: Tenant }) {
  const organizerId = defaultOrganizer?.organizerId ?? '';
  const { data: organizer } = useQuery({ ...organizerQuery(id, organizerId), enabled: organizerId !== '' });
  const zone = useMe().member.timeZone;
  const now = useNow();
  const found = organizer && policyWords(organizer, { now, zone });
  const { words, tone, rest } = standing({
    chosen: defaultOrganizer !== null,
    problem: defaultOrganizer?.problem ?? organizer?.problem ?? undefined,
    found: organizerId !== '',
    allowed: organizer?.allowed ?? true,
  });
  return (
    <div className={styles.defaultState} role="status">
      <StateLabel tone={tone} words={words} />
      {rest && <p>{rest}</p>}
      {organizerId !== '' && (
        <p>{found ? `Teams policy: ${found.words.toLowerCase()}. ${found.sentence}` : '\u00a0'}</p>
      )}
    </div>
  );
}

type Facts = {
  chosen: boolean;
  problem: { title: string; remedy: string } | undefined;
  found: boolean;
  allowed: boolean;
};

function standing({ chosen, problem, found, allowed }: Facts): State & { rest?: string } {
  if (!chosen) return { tone: 'quiet', words: 'None. Event types use the operator as organizer.' };
  if (problem) return { tone: 'problem', words: problem.title, rest: problem.remedy };
  if (!found) return { tone: 'waiting', words: 'Kept; Parley looks the account up as soon as Microsoft answers' };
  if (!allowed) return { tone: 'problem', words: 'Found, but not allowed below: no meetings are made for them' };
  return { tone: 'good', words: 'Found in the directory, and on the list below' };
}
