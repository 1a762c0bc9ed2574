import { Button, Checkbox, Switch } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import { putOrganizer, type Organizer } from '../api/organizers.ts';
import { membersQuery } from '../api/queries.ts';
import { StateLabel } from '../parts/state-label.tsx';
import { useNow } from '../parts/use-now.ts';
import { useMe } from '../shell/me.ts';
import styles from './access-policies.module.css';
import tables from './people-tables.module.css';
import { organizerName, policyWords } from './policy-words.ts';

type Props = {
  rows: Organizer[];
  chosen: ReadonlySet<string>;
  choose: (id: string, on: boolean) => void;
  checking: ReadonlySet<string>;
  check: (id: string) => void;
  open: (organizer: Organizer) => void;
};

/** Everybody on the list: for whom they stand, what Parley lets them do, and what Microsoft says. */
export function RosterTable({ rows, ...props }: Props) {
  return (
    <div className={styles.sheet}>
      <table className={tables.table}>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Choose</span>
            </th>
            <th scope="col">Organizer</th>
            <th scope="col">Operator</th>
            <th scope="col">Allowed</th>
            <th scope="col">Pilot</th>
            <th scope="col">Teams policy</th>
            <th scope="col">
              <span className="visually-hidden">What to do</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((organizer) => (
            <Row key={organizer.id} organizer={organizer} {...props} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ organizer, chosen, choose, checking, check, open }: { organizer: Organizer } & Omit<Props, 'rows'>) {
  const { id, displayName, userPrincipalName } = organizer;
  const name = organizerName(organizer);
  const busy = checking.has(id);
  return (
    <tr>
      <td className={tables.choose}>
        <Checkbox
          checked={chosen.has(id)}
          onChange={(_, { checked }) => choose(id, checked === true)}
          aria-label={`Choose ${name}`}
        />
      </td>
      <th scope="row">
        {name}
        {displayName !== null && userPrincipalName !== null && <Address text={userPrincipalName} />}
      </th>
      <td className={tables.operator}>
        <OperatorName memberId={organizer.memberId} />
      </td>
      <Decision organizer={organizer} name={name} />
      <td className={tables.standing}>
        <Standing organizer={organizer} />
      </td>
      <td className={tables.rowActions}>
        <Button
          size="small"
          disabledFocusable={busy}
          onClick={() => check(id)}
          aria-label={`${busy ? 'Checking…' : 'Check now'}: ${name}`}
        >
          {busy ? 'Checking…' : 'Check now'}
        </Button>
        <Button size="small" onClick={() => open(organizer)} aria-label={`Details of ${name}`}>
          Details
        </Button>
      </td>
    </tr>
  );
}

/** An address under a name; where it is too long it breaks before its domain. */
export function Address({ text }: { text: string }) {
  const [name, ...domain] = text.split(/(?=@)/);
  return (
    <span className={tables.upn}>
      {name}
      <wbr />
      {domain}
    </span>
  );
}

function OperatorName({ memberId }: { memberId: string | null }) {
  const { data: members } = useQuery(membersQuery);
  if (memberId === null) return <span className={styles.faint}>Nobody</span>;
  return members?.find(({ id }) => id === memberId)?.name ?? '\u00a0';
}

/** The two switches: shown as wanted at once, and as before if the server refuses. */
function Decision({ organizer, name }: { organizer: Organizer; name: string }) {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (json: { allowed?: boolean; pilot?: boolean }) =>
      ask(api.organizers[':id'].$patch({ param: { id: organizer.id }, json })),
    onSuccess: (changed) => putOrganizer(queries, changed),
    onSettled: () => queries.invalidateQueries({ queryKey: ['organizers', organizer.tenantId] }),
  });
  const shown = { ...organizer, ...(change.isPending && change.variables) };
  return (
    <>
      <td data-name="Allowed">
        <Switch
          checked={shown.allowed}
          disabled={change.isPending}
          onChange={(_, { checked }) => change.mutate({ allowed: checked })}
          aria-label={`${name} may own meetings`}
        />
      </td>
      <td data-name="Pilot">
        <Switch
          checked={shown.pilot}
          disabled={change.isPending}
          onChange={(_, { checked }) => change.mutate({ pilot: checked })}
          aria-label={`${name} is in the pilot group`}
        />
        {change.error && (
          <span role="alert" className={styles.fault}>
            {change.error.message}. Try again.
          </span>
        )}
      </td>
    </>
  );
}

function Standing({ organizer }: { organizer: Organizer }) {
  const zone = useMe().member.timeZone;
  const now = useNow();
  const { sentence, ...state } = policyWords(organizer, { now, zone });
  return (
    <>
      <StateLabel {...state} badge />
      <p>{sentence}</p>
      {organizer.problem && (
        <>
          <StateLabel tone="problem" words={organizer.problem.title} />
          <p>{organizer.problem.remedy}</p>
        </>
      )}
    </>
  );
}
