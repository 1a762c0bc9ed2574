import { Field, Input, Select, Textarea } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { membersQuery } from '../api/queries.ts';
import sheets from '../parts/sheets.module.css';
import { useMe } from '../shell/me.ts';
import type { Draft } from './draft.ts';
import { faultAt, fieldId } from './faults.ts';

export type FieldsProps = {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  faults: { pointer: string; detail: string }[];
};

/** What it is called, where it is found, and whose time is booked. */
export function BasicFields({ draft, change, faults }: FieldsProps) {
  const { workspace, member } = useMe();
  const { data: members = [member] } = useQuery(membersQuery);
  return (
    <section className={sheets.group} aria-label="What visitors see">
      <h2>What visitors see</h2>
      <Field label="Title" required validationMessage={faultAt(faults, '/title')}>
        <Input
          id={fieldId('/title')}
          value={draft.title}
          placeholder="Intro call"
          onChange={(_, { value }) => change({ title: value })}
        />
      </Field>
      <Field
        label="Address"
        required
        hint={`${location.host}/book/${workspace.slug}/${draft.slug || '…'}`}
        validationMessage={faultAt(faults, '/slug')}
      >
        <Input
          id={fieldId('/slug')}
          value={draft.slug}
          autoCapitalize="off"
          spellCheck={false}
          onChange={(_, { value }) => change({ slug: value })}
        />
      </Field>
      <Field label="Description (optional)" validationMessage={faultAt(faults, '/description')}>
        <Textarea
          id={fieldId('/description')}
          value={draft.description}
          rows={3}
          resize="vertical"
          onChange={(_, { value }) => change({ description: value })}
        />
      </Field>
      <Field
        label="Host"
        hint="The operator whose time is booked, and who meets the visitor."
        validationMessage={faultAt(faults, '/hostId')}
      >
        <Select id={fieldId('/hostId')} value={draft.hostId} onChange={(_, { value }) => change({ hostId: value })}>
          {members.map(({ id, name, email }) => (
            <option key={id} value={id}>
              {name} ({email})
            </option>
          ))}
        </Select>
      </Field>
    </section>
  );
}
