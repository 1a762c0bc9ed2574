import { Button } from '@fluentui/react-components';
import { ArrowClockwise20Regular, PersonAdd20Regular } from '@fluentui/react-icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { api, ask } from '../api/client.ts';
import type { IdentityMatch } from '../api/organizers.ts';
import { membersQuery, tenantQuery, type Member, type Tenant } from '../api/queries.ts';
import { faultAt, FormProblem } from '../parts/form.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useMe } from '../shell/me.ts';
import styles from './access-policies.module.css';
import type { Rule } from './field-words.ts';
import { MatchTable } from './match-table.tsx';
import { isKept } from './match-words.ts';
import { peopleText } from './policy-words.ts';
import { isWhole, RuleFields, sameRule } from './rule-fields.tsx';

const MemberDialog = lazy(async () => ({ default: (await import('./member-dialog.tsx')).MemberDialog }));

/** How many people one request looks for. */
const pageSize = 50;
const none: Readonly<Record<string, string>> = {};

/** The rule for operators, whom it finds, and keeping what it found. */
export function OperatorMatching({ tenant }: { tenant: Tenant }) {
  const [rule, setRule] = useState(tenant.identityRules.operator);
  const [choices, setChoices] = useState(none);
  const [page, setPage] = useState(0);
  const [edited, edit] = useState<Member | 'new'>();
  const members = useOperators();
  const shown = members.slice(page * pageSize, (page + 1) * pageSize);
  const preview = usePreview(tenant.id, rule, shown);
  const save = useSaving(tenant, rule);
  const matches = preview.data ?? [];
  const change = (wanted: Rule) => {
    setRule(wanted);
    setChoices(none);
  };
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    const kept = matches.filter((match) => isKept(match, choices[match.memberId ?? '']));
    if (!save.isPending && isWhole(rule)) save.mutate({ kept, choices });
  };
  return (
    <section className={styles.group} aria-label="Operators">
      <div className={styles.groupHead}>
        <div>
          <h2>Operators</h2>
          <p>
            By this rule an operator is found in the directory and becomes an organizer. What is kept is the object id,
            so that a new name changes nothing.
          </p>
        </div>
        <Button icon={<PersonAdd20Regular />} onClick={() => edit('new')}>
          Add an operator
        </Button>
      </div>
      <form className={styles.form} onSubmit={onSubmit} noValidate>
        <RuleFields
          whose="operator"
          rule={rule}
          change={change}
          attributes={[...new Set(members.flatMap(({ attributes }) => Object.keys(attributes)))]}
          fault={faultAt(save.error, '/identityRules/operator')}
        />
        <Preview preview={preview} whole={isWhole(rule)}>
          <MatchTable
            matches={matches}
            rule={rule}
            members={members}
            choices={choices}
            choose={(memberId, objectId) => setChoices((before) => ({ ...before, [memberId]: objectId }))}
            edit={edit}
          />
        </Preview>
        <Pager page={page} pages={Math.ceil(members.length / pageSize)} go={setPage} />
        <FormProblem error={save.error} />
        <SaveBar
          matches={matches}
          choices={choices}
          changed={!sameRule(rule, tenant.identityRules.operator)}
          ready={isWhole(rule) && !preview.isFetching}
          save={save}
          again={() => void preview.refetch()}
        />
      </form>
      {edited && (
        <Suspense>
          <MemberDialog member={edited === 'new' ? undefined : edited} rule={rule} onClose={() => edit(undefined)} />
        </Suspense>
      )}
    </section>
  );
}

/** Whoever may own meetings; who only looks has none. */
function useOperators(): Member[] {
  const { member } = useMe();
  const { data = [member] } = useQuery(membersQuery);
  return data.filter(({ role }) => role !== 'viewer').toSorted((one, other) => one.name.localeCompare(other.name));
}

function usePreview(tenantId: string, rule: Rule, members: Member[]) {
  const memberIds = members.map(({ id }) => id);
  return useQuery({
    queryKey: ['identity', tenantId, 'operator', rule, memberIds],
    queryFn: async () => {
      const json = { side: 'operator' as const, rule, memberIds };
      return (await ask(api.tenants[':id']['identity-preview'].$post({ param: { id: tenantId }, json }))).data;
    },
    enabled: isWhole(rule) && memberIds.length > 0,
    placeholderData: (before) => before,
    staleTime: 60_000,
    refetchOnWindowFocus: false,
    retry: false,
  });
}

type Saved = { kept: IdentityMatch[]; choices: Readonly<Record<string, string>> };

/** First the rule, since the server matches by the rule that is saved. */
function useSaving(tenant: Tenant, rule: Rule) {
  const queries = useQueryClient();
  const param = { id: tenant.id };
  return useMutation({
    mutationFn: async ({ kept, choices }: Saved) => {
      if (!sameRule(rule, tenant.identityRules.operator)) {
        const changed = await ask(api.tenants[':id'].$patch({ param, json: { identityRules: { operator: rule } } }));
        queries.setQueryData(tenantQuery(tenant.id).queryKey, changed);
      }
      const memberIds = kept.flatMap(({ memberId }) => memberId ?? []);
      const choose = Object.fromEntries(Object.entries(choices).filter(([id]) => memberIds.includes(id)));
      if (memberIds.length === 0) return [];
      return (await ask(api.tenants[':id']['identity-match'].$post({ param, json: { memberIds, choose } }))).data;
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['organizers', tenant.id] });
      return queries.invalidateQueries({ queryKey: ['identity', tenant.id] });
    },
  });
}

type PreviewProps = {
  preview: ReturnType<typeof usePreview>;
  whole: boolean;
  children: React.ReactNode;
};

function Preview({ preview, whole, children }: PreviewProps) {
  if (!whole)
    return <p className={styles.nothing}>Enter the name of the attribute, and Parley looks for people by it.</p>;
  if (preview.error) return <QueryProblem error={preview.error} retry={preview.refetch} />;
  if (!preview.data) return <SkeletonRows rows={4} height="72px" />;
  return (
    <div className={preview.isFetching ? styles.stale : undefined} aria-busy={preview.isFetching}>
      {children}
    </div>
  );
}

function Pager({ page, pages, go }: { page: number; pages: number; go: (page: number) => void }) {
  if (pages < 2) return null;
  return (
    <div className={styles.tools}>
      <Button disabledFocusable={page === 0} onClick={() => go(page - 1)}>
        Previous people
      </Button>
      <Button disabledFocusable={page >= pages - 1} onClick={() => go(page + 1)}>
        Next people
      </Button>
      <span className={styles.faint}>
        Page {page + 1} of {pages}
      </span>
    </div>
  );
}

type SaveBarProps = {
  matches: IdentityMatch[];
  choices: Readonly<Record<string, string>>;
  changed: boolean;
  ready: boolean;
  save: ReturnType<typeof useSaving>;
  again: () => void;
};

function SaveBar({ matches, choices, changed, ready, save, again }: SaveBarProps) {
  const kept = matches.filter((match) => isKept(match, choices[match.memberId ?? ''])).length;
  const done = save.data?.filter(({ organizerId }) => organizerId !== null).length ?? 0;
  return (
    <div className={styles.tools}>
      <Button
        type="submit"
        appearance="primary"
        disabledFocusable={save.isPending || !ready || (kept === 0 && !changed)}
      >
        {save.isPending ? 'Saving…' : changed ? 'Save the rule and the matches' : 'Save the matches'}
      </Button>
      <Button icon={<ArrowClockwise20Regular />} disabledFocusable={!ready} onClick={again}>
        Look again
      </Button>
      <p className={styles.said} role="status">
        {save.isSuccess && !save.isPending ? savedWords(done) : ready ? keptWords(kept, matches.length) : ''}
      </p>
    </div>
  );
}

function keptWords(kept: number, all: number): string {
  const rest = all - kept;
  return rest > 0
    ? `${kept} of ${all} can be kept; ${rest} ${rest === 1 ? 'needs' : 'need'} you`
    : `All ${all} can be kept`;
}

function savedWords(done: number): string {
  return done === 0 ? 'The rule is saved.' : `Saved: ${peopleText(done)} ${done === 1 ? 'is' : 'are'} on the list.`;
}
