import { Button, Input, Select } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { AuditSearch } from '../api/audit.ts';
import { apiKeysQuery, membersQuery } from '../api/queries.ts';
import { actionText, auditActions } from './audit-words.ts';
import styles from './monitoring.module.css';

type Change = (changes: Partial<Record<keyof AuditSearch, string | undefined>>) => void;
type Props = { search: AuditSearch; change: Change };

const everything = { action: undefined, actor: undefined, about: undefined, from: undefined, to: undefined };

/** Which entries are shown. What is chosen is in the page’s address. */
export function AuditFilters({ search, change }: Props) {
  return (
    <search className={styles.filters} aria-label="Find entries">
      <Labelled words="What was done">
        <Select value={search.action ?? ''} onChange={(_, { value }) => change({ action: value || undefined })}>
          <option value="">Anything</option>
          {auditActions.map((action) => (
            <option key={action} value={action}>
              {actionText(action)}
            </option>
          ))}
        </Select>
      </Labelled>
      <Who search={search} change={change} />
      <Labelled words="From">
        <Input
          type="date"
          value={search.from ?? ''}
          onChange={(_, { value }) => change({ from: value || undefined })}
        />
      </Labelled>
      <Labelled words="Until">
        <Input type="date" value={search.to ?? ''} onChange={(_, { value }) => change({ to: value || undefined })} />
      </Labelled>
      {Object.keys(search).length > 0 && (
        <Button appearance="subtle" className={styles.clear} onClick={() => change(everything)}>
          Show all
        </Button>
      )}
    </search>
  );
}

/** Members and keys; a visitor, or somebody who is gone, is chosen by a click on who it was. */
function Who({ search: { actor }, change }: Props) {
  const { data: members = [] } = useQuery(membersQuery);
  const { data: keys = [] } = useQuery(apiKeysQuery);
  const known = [
    ...members.map(({ id, name }) => ({ id, words: name })),
    ...keys.map(({ id, name }) => ({ id, words: `API key “${name}”` })),
    { id: 'retention', words: 'Parley itself' },
  ];
  const other = actor !== undefined && !known.some(({ id }) => id === actor);
  return (
    <Labelled words="Who">
      <Select value={actor ?? ''} onChange={(_, { value }) => change({ actor: value || undefined })}>
        <option value="">Anybody</option>
        {other && <option value={actor}>{actor}</option>}
        {known.map(({ id, words }) => (
          <option key={id} value={id}>
            {words}
          </option>
        ))}
      </Select>
    </Labelled>
  );
}

function Labelled({ words, children }: { words: string; children: ReactNode }) {
  return (
    <label className={styles.filter}>
      <span>{words}</span>
      {children}
    </label>
  );
}
