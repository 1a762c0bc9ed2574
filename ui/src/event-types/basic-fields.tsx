import { Field, Input, Textarea } from '@fluentui/react-components';
import sheets from '../parts/sheets.module.css';
import { useMe } from '../shell/me.ts';
import type { Draft } from './draft.ts';
import styles from './event-types.module.css';
import { faultAt, fieldId, type Fault } from './faults.ts';
import { LengthChoices } from './length-choices.tsx';
import { LengthField } from './length-field.tsx';
import { OperatorsField } from './operators-field.tsx';

export type FieldsProps = {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  faults: Fault[];
};

/** What it is called, where it is found, how long it takes, and whose time is booked. */
export function BasicFields({ id, ...props }: FieldsProps & { id: string | undefined }) {
  const { draft, change, faults } = props;
  const { workspace } = useMe();
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
      <div className={styles.pair}>
        <LengthField
          pointer="/durationMinutes"
          label="Length"
          offered={['minutes']}
          value={draft.durationMinutes}
          put={(durationMinutes) => change({ durationMinutes })}
          faults={faults}
        />
        <LengthChoices {...props} />
      </div>
      <OperatorsField {...props} id={id} />
    </section>
  );
}
