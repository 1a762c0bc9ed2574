import { Button, Checkbox, Input, Select } from '@fluentui/react-components';
import { ArrowImport20Regular, People28Regular, Play20Regular, Search20Regular } from '@fluentui/react-icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { organizersQuery, type Organizer, type RosterFilter } from '../api/organizers.ts';
import type { Tenant } from '../api/queries.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { ChangeProblem, QueryProblem } from '../parts/problem-view.tsx';
import { rowsOf, ShowMore } from '../parts/show-more.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import styles from './access-policies.module.css';
import { isWaiting, peopleText } from './policy-words.ts';
import { rosterLists, type RosterList } from './roster-lists.ts';
import { RosterTable } from './roster-table.tsx';
import type { Opened } from './roster-page.tsx';
import { useChecking } from './use-checking.ts';

const route = getRouteApi('/microsoft-365/access-policies/$tenantId');

type Props = {
  tenant: Tenant;
  /** What was done last, in words. */
  said: string;
  say: (words: string) => void;
  open: (opened: Opened) => void;
};

/** The roster as a grid, with search, filter, and what can be done for several people at once. */
export function Roster({ tenant, said, say, open }: Props) {
  const { show } = route.useSearch();
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const filter: RosterFilter = { ...(show && rosterLists[show].filter), ...(q && { q }) };
  const list = useInfiniteQuery({
    ...organizersQuery(tenant.id, filter),
    placeholderData: (before) => before,
    refetchInterval: ({ state }) => (state.data && rowsOf(state.data).some(isWaiting) ? 5_000 : false),
  });
  const rows = list.data ? rowsOf(list.data) : [];
  const filtered = show !== undefined || q !== '';
  if (!list.data) {
    return list.error ? (
      <QueryProblem error={list.error} retry={list.refetch} />
    ) : (
      <SkeletonRows rows={5} height="76px" />
    );
  }
  if (rows.length === 0 && !filtered) return <Nobody open={open} said={said} />;
  return (
    <section className={styles.roster} aria-label="Organizers">
      <div className={styles.tools}>
        <Input
          type="search"
          className={styles.search}
          contentBefore={<Search20Regular />}
          placeholder="Name or address"
          aria-label="Search organizers by name or address"
          value={typed}
          onChange={(_, { value }) => setTyped(value)}
        />
        <ListChoice show={show} />
        <Button icon={<ArrowImport20Regular />} onClick={() => open({ dialog: 'import' })}>
          Import the policy list
        </Button>
      </div>
      <Chosen tenant={tenant} rows={rows} said={said} say={say} open={open} />
      <ShowMore list={list} />
    </section>
  );
}

function ListChoice({ show }: { show: RosterList | undefined }) {
  const navigate = route.useNavigate();
  const choose = (value: string) =>
    void navigate({ search: value === '' ? {} : { show: value as RosterList }, replace: true });
  return (
    <Select aria-label="Which organizers" value={show ?? ''} onChange={(_, { value }) => choose(value)}>
      <option value="">All organizers</option>
      {Object.entries(rosterLists).map(([value, { words }]) => (
        <option key={value} value={value}>
          {words}
        </option>
      ))}
    </Select>
  );
}

/** The rows, and what can be done for those that are chosen. Whoever is filtered away is chosen no more. */
function Chosen({ tenant, rows, said, say, open }: Props & { rows: Organizer[] }) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const chosen = rows.filter(({ id }) => ids.has(id));
  const checking = useChecking(tenant.id, say);
  const choose = (id: string, on: boolean) =>
    setIds((before) => new Set(on ? [...before, id] : [...before].filter((one) => one !== id)));
  const all = chosen.length === rows.length;
  return (
    <>
      <div className={styles.tools}>
        <Checkbox
          label="Choose all"
          disabled={rows.length === 0}
          checked={rows.length > 0 && all ? true : chosen.length > 0 ? 'mixed' : false}
          onChange={() => setIds(new Set(all ? [] : rows.map(({ id }) => id)))}
        />
        <Button
          icon={<Play20Regular />}
          disabledFocusable={chosen.length === 0 || checking.ids.size > 0}
          onClick={() => checking.check(chosen.map(({ id }) => id))}
        >
          {chosen.length > 0 ? `Check ${peopleText(chosen.length)} now` : 'Check now'}
        </Button>
        <Button onClick={() => open({ dialog: 'scripts', chosen, listed: rows })}>
          Scripts for the Teams administrator
        </Button>
        <p className={styles.said} role="status">
          {said}
        </p>
      </div>
      <ChangeProblem error={checking.error} />
      {rows.length > 0 ? (
        <RosterTable
          rows={rows}
          chosen={ids}
          choose={choose}
          checking={checking.ids}
          check={(id) => checking.check([id])}
          open={(organizer) => open({ dialog: 'organizer', organizer })}
        />
      ) : (
        <p className={styles.nothing}>Nobody on the list is like that.</p>
      )}
    </>
  );
}

function Nobody({ open, said }: Pick<Props, 'open' | 'said'>) {
  return (
    <EmptyState
      icon={People28Regular}
      title="Nobody may own meetings yet"
      action={<Button onClick={() => open({ dialog: 'import' })}>Import the policy list</Button>}
    >
      <span role="status">{said}</span> Add the people for whom Parley may make meetings. Each is looked up in the
      tenant’s directory once, and then tried with Teams.
    </EmptyState>
  );
}
