import { Button, Field, Input, Select } from '@fluentui/react-components';
import { Add16Regular, Dismiss16Regular } from '@fluentui/react-icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api, ask } from '../api/client.ts';
import { membersQuery, type Member } from '../api/queries.ts';
import { faultAt, FormProblem } from '../parts/form.tsx';
import { Modal } from '../parts/modal.tsx';
import partStyles from '../parts/parts.module.css';
import { cityOf } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './access-policies.module.css';
import { attributeOf, type Rule } from './field-words.ts';

type Attribute = { name: string; value: string };
type Draft = Pick<Member, 'email' | 'name' | 'role' | 'timeZone'> & { attributes: Attribute[] };
type Props = { member: Member | undefined; rule: Rule; onClose: () => void };

/** Adds an operator, or changes what the workspace knows of one: the attributes that rules look for. */
export function MemberDialog({ member, rule, onClose }: Props) {
  const id = useId();
  const me = useMe().member;
  const [draft, setDraft] = useState(() => draftOf(member, rule, me.timeZone));
  const change = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const save = useSaving(member, onClose);
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate(draft);
  };
  const fault = (pointer: string) => faultAt(save.error, pointer);
  return (
    <Modal labelledBy={`${id}-title`} onClose={onClose}>
      <h2 id={`${id}-title`}>{member ? member.name : 'Add an operator'}</h2>
      <form className={styles.form} onSubmit={onSubmit} noValidate>
        <div className={styles.pair}>
          <Field label="Name" required validationMessage={fault('/name')}>
            <Input value={draft.name} onChange={(_, { value }) => change({ name: value })} data-initial-focus />
          </Field>
          <Field
            label="E-mail address"
            required={!member}
            hint={member && 'It cannot be changed here.'}
            validationMessage={fault('/email')}
          >
            <Input
              type="email"
              value={draft.email}
              readOnly={member !== undefined}
              onChange={(_, { value }) => change({ email: value })}
            />
          </Field>
        </div>
        {!member && <NewMemberFields draft={draft} change={change} fault={fault} />}
        <Attributes
          attributes={draft.attributes}
          change={(attributes) => change({ attributes })}
          fault={fault('/attributes')}
        />
        <FormProblem error={save.error} />
        <div className={partStyles.modalActions}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" appearance="primary" disabledFocusable={save.isPending}>
            {member ? 'Save' : 'Add'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** Starts with a row for the attribute that the rule reads, so that its name need not be typed. */
function draftOf(member: Member | undefined, rule: Rule, zone: string): Draft {
  const { email = '', name = '', role = 'operator', timeZone = zone } = member ?? {};
  const attributes = Object.entries(member?.attributes ?? {}).map(([name, value]) => ({ name, value }));
  const wanted = attributeOf(rule.local);
  if (wanted && !attributes.some((one) => one.name === wanted)) attributes.push({ name: wanted, value: '' });
  return { email, name, role, timeZone, attributes };
}

function useSaving(member: Member | undefined, onClose: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ attributes: rows, email, ...draft }: Draft) => {
      const filled = rows.filter(({ name, value }) => name.trim() !== '' && value.trim() !== '');
      const attributes = Object.fromEntries(filled.map(({ name, value }) => [name.trim(), value.trim()]));
      return member
        ? ask(api.members[':id'].$patch({ param: { id: member.id }, json: { name: draft.name, attributes } }))
        : ask(api.members.$post({ json: { ...draft, email: email.trim(), attributes } }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: membersQuery.queryKey });
      void queries.invalidateQueries({ queryKey: ['identity'] });
      onClose();
    },
  });
}

type FieldsProps = {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  fault: (pointer: string) => string | undefined;
};

const roles: [Member['role'], string][] = [
  ['operator', 'Operator: has appointments'],
  ['admin', 'Administrator: manages the workspace too'],
  ['viewer', 'Viewer: only looks'],
];

function NewMemberFields({ draft, change, fault }: FieldsProps) {
  const zones = [...new Set([draft.timeZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])].toSorted();
  return (
    <div className={styles.pair}>
      <Field label="What they may do" validationMessage={fault('/role')}>
        <Select value={draft.role} onChange={(_, { value }) => change({ role: value as Member['role'] })}>
          {roles.map(([role, words]) => (
            <option key={role} value={role}>
              {words}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Time zone" validationMessage={fault('/timeZone')}>
        <Select value={draft.timeZone} onChange={(_, { value }) => change({ timeZone: value })}>
          {zones.map((zone) => (
            <option key={zone} value={zone}>
              {zone.includes('/') ? `${cityOf(zone)} (${zone})` : zone}
            </option>
          ))}
        </Select>
      </Field>
    </div>
  );
}

type AttributesProps = { attributes: Attribute[]; change: (rows: Attribute[]) => void; fault: string | undefined };

function Attributes({ attributes, change, fault }: AttributesProps) {
  const put = (index: number, changes: Partial<Attribute>) =>
    change(attributes.map((one, at) => (at === index ? { ...one, ...changes } : one)));
  return (
    <fieldset className={styles.attributes}>
      <legend>Attributes</legend>
      <p>What your own systems know them by, such as a staff number, so that a rule can look for it.</p>
      {attributes.map(({ name, value }, index) => (
        <div key={index} className={styles.attribute}>
          <Input
            value={name}
            placeholder="staffId"
            aria-label={`Name of attribute ${index + 1}`}
            spellCheck={false}
            onChange={(_, data) => put(index, { name: data.value })}
          />
          <Input
            value={value}
            aria-label={`Value of ${name || `attribute ${index + 1}`}`}
            spellCheck={false}
            onChange={(_, data) => put(index, { value: data.value })}
          />
          <Button
            appearance="subtle"
            icon={<Dismiss16Regular />}
            aria-label={`Remove ${name || `attribute ${index + 1}`}`}
            onClick={() => change(attributes.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      {fault && <p className={styles.fault}>{fault}</p>}
      <div>
        <Button size="small" icon={<Add16Regular />} onClick={() => change([...attributes, { name: '', value: '' }])}>
          Add an attribute
        </Button>
      </div>
    </fieldset>
  );
}
