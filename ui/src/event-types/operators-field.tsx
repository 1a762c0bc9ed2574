import { Button, Field, RadioGroup, Select } from '@fluentui/react-components';
import { ArrowDown16Regular, ArrowUp16Regular, Dismiss16Regular, Warning16Filled } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { operatorsQuery } from '../api/availability.ts';
import { membersQuery, type Member } from '../api/queries.ts';
import { useMe } from '../shell/me.ts';
import type { FieldsProps } from './basic-fields.tsx';
import { Choice } from '../parts/choice.tsx';
import type { Draft } from './draft.ts';
import styles from './event-types.module.css';
import { faultAt, fieldId } from './faults.ts';
import { assignments } from './setting-words.ts';

/** Whose time is booked: one or more operators in their order, and who of them meets a visitor. */
export function OperatorsField({ draft, change, faults, id }: FieldsProps & { id: string | undefined }) {
  const { member: me } = useMe();
  const { data: members = [me] } = useQuery(membersQuery);
  const { data: standing = [] } = useQuery({ ...operatorsQuery(id ?? ''), enabled: id !== undefined });
  const { operatorIds } = draft;
  const chosen = operatorIds.map((id) => members.find((one) => one.id === id) ?? { id, name: 'Somebody', email: '' });
  const others = members.filter(({ id, role }) => !operatorIds.includes(id) && role !== 'viewer');
  const put = (ids: string[]) => change({ operatorIds: ids });
  const fault = faultAt(faults, '/operatorIds');
  return (
    <>
      <fieldset className={styles.checks}>
        <legend>Operators</legend>
        <div className={styles.operators}>
          <ol>
            {chosen.map((operator, at) => (
              <Operator
                key={operator.id}
                operator={operator}
                closedReason={standing.find((one) => one.id === operator.id)?.closedReason ?? null}
                at={at}
                ids={operatorIds}
                put={put}
              />
            ))}
          </ol>
          <Select
            id={fieldId('/operatorIds')}
            aria-label="Add an operator"
            value=""
            disabled={others.length === 0}
            onChange={(_, { value }) => value !== '' && put([...operatorIds, value])}
          >
            <option value="">{others.length > 0 ? 'Add an operator…' : 'Everybody takes part'}</option>
            {others.map(({ id, name, email }) => (
              <option key={id} value={id}>
                {name} ({email})
              </option>
            ))}
          </Select>
        </div>
        <p className={styles.hint}>Whose time is booked, and who meets the visitor.</p>
        {fault && <p className={styles.fault}>{fault}</p>}
      </fieldset>
      {operatorIds.length > 1 && (
        <Field label="Who meets the visitor" validationMessage={faultAt(faults, '/assignment')}>
          <RadioGroup
            id={fieldId('/assignment')}
            value={draft.assignment}
            onChange={(_, { value }) => change({ assignment: value as Draft['assignment'] })}
          >
            {assignments.map(({ value, words, explained }) => (
              <Choice key={value} value={value} words={words} explained={explained} />
            ))}
          </RadioGroup>
        </Field>
      )}
    </>
  );
}

type OperatorProps = {
  operator: Pick<Member, 'id' | 'name' | 'email'>;
  /** Why they cannot take bookings now, as far as the server knows it. */
  closedReason: string | null;
  at: number;
  ids: string[];
  put: (ids: string[]) => void;
};

function Operator({ operator: { id, name, email }, closedReason, at, ids, put }: OperatorProps) {
  const move = (by: number) => {
    const others = ids.filter((one) => one !== id);
    put(others.toSpliced(at + by, 0, id));
  };
  return (
    <li>
      <span>
        {name}
        <small>{at === 0 && ids.length > 1 ? `${email} · leads` : email}</small>
        {closedReason && (
          <small className={styles.cannot}>
            <Warning16Filled aria-hidden /> {closedReason}
          </small>
        )}
      </span>
      {ids.length > 1 && (
        <>
          <Button
            appearance="subtle"
            icon={<ArrowUp16Regular />}
            aria-label={`Move ${name} up`}
            disabledFocusable={at === 0}
            onClick={() => at > 0 && move(-1)}
          />
          <Button
            appearance="subtle"
            icon={<ArrowDown16Regular />}
            aria-label={`Move ${name} down`}
            disabledFocusable={at === ids.length - 1}
            onClick={() => at < ids.length - 1 && move(1)}
          />
          <Button
            appearance="subtle"
            icon={<Dismiss16Regular />}
            aria-label={`Remove ${name}`}
            onClick={() => put(ids.filter((one) => one !== id))}
          />
        </>
      )}
    </li>
  );
}
