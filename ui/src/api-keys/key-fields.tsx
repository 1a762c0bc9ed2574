import { Checkbox, Field, Input, RadioGroup, Select, Textarea } from '@fluentui/react-components';
import { useId } from 'react';
import { Choice } from '../parts/choice.tsx';
import { faultAt } from '../parts/form.tsx';
import styles from './api-keys.module.css';
import type { KeyDraft, Lifetime } from './key-draft.ts';
import { presets, resourceList, type Grant, type Preset, type ResourceWords } from './permission-words.ts';

type Props = { draft: KeyDraft; change: (changes: Partial<KeyDraft>) => void; error: Error | null };

/** What a key is called, what it may do, how long and from where. */
export function KeyFields({ draft, change, error }: Props) {
  return (
    <>
      <Field label="Name" hint="Of the program that uses it, such as “CRM”" validationMessage={faultAt(error, '/name')}>
        <Input
          value={draft.name}
          onChange={(_, { value }) => change({ name: value })}
          maxLength={100}
          autoComplete="off"
          data-initial-focus
        />
      </Field>
      <Permissions draft={draft} change={change} error={error} />
      <Expiry draft={draft} change={change} error={error} />
      <Field
        label="Only from these addresses"
        hint="One on each line, such as 203.0.113.7 or 203.0.113.0/24. Empty: from anywhere."
        validationMessage={faultAt(error, '/ipRanges')}
      >
        <Textarea
          value={draft.addresses}
          onChange={(_, { value }) => change({ addresses: value })}
          rows={2}
          resize="vertical"
          spellCheck={false}
        />
      </Field>
    </>
  );
}

function Permissions({ draft, change, error }: Props) {
  const names = Object.keys(presets) as Preset[]; // a table of ours has no other keys
  return (
    <>
      <Field label="What it may do" validationMessage={faultAt(error, '/permissions')}>
        <RadioGroup
          value={draft.preset}
          // The group has the values below and no others.
          onChange={(_, { value }) => change(choosing(draft, value as KeyDraft['preset']))}
        >
          {names.map((name) => (
            <Choice key={name} value={name} words={presets[name].words} explained={presets[name].explained} />
          ))}
          <Choice value="chosen" words="What you choose" explained="Each resource and action by itself." />
        </RadioGroup>
      </Field>
      {draft.preset === 'chosen' && (
        <ul className={styles.resources}>
          {resourceList.map((resource) => (
            <ResourceChoice
              key={resource.words}
              resource={resource}
              chosen={draft.chosen}
              onChange={(chosen) => change({ chosen })}
            />
          ))}
        </ul>
      )}
    </>
  );
}

/** Whoever wants to choose begins with what was chosen for them. */
function choosing({ preset: before, chosen }: KeyDraft, preset: KeyDraft['preset']): Partial<KeyDraft> {
  const from = before === 'chosen' || before === 'everything' ? chosen : [...presets[before].grants];
  return { preset, chosen: preset === 'chosen' ? from : chosen };
}

type ChoiceProps = { resource: ResourceWords; chosen: Grant[]; onChange: (chosen: Grant[]) => void };

function ResourceChoice({ resource: { words, permissions }, chosen, onChange }: ChoiceProps) {
  const id = useId();
  const turn = (permission: Grant, on: boolean) => {
    const others = chosen.filter((one) => one !== permission);
    onChange(on ? [...others, permission] : others);
  };
  return (
    <li>
      <div role="group" aria-labelledby={id} className={styles.resource}>
        <strong id={id}>{words}</strong>
        {permissions.map(({ permission, action, explained }) => (
          <Checkbox
            key={permission}
            checked={chosen.includes(permission)}
            onChange={(_, { checked }) => turn(permission, checked === true)}
            label={
              <>
                {action}: {explained}
              </>
            }
          />
        ))}
      </div>
    </li>
  );
}

const lifetimes: Record<Lifetime, string> = {
  never: 'When it is revoked',
  '30': 'In 30 days',
  '90': 'In 90 days',
  '365': 'In a year',
  day: 'At the end of a day',
};

function Expiry({ draft: { lifetime, day }, change, error }: Props) {
  const fault = faultAt(error, '/expiresAt');
  return (
    <>
      <Field label="It ends" validationMessage={lifetime === 'day' ? undefined : fault}>
        <Select value={lifetime} onChange={(_, { value }) => change({ lifetime: value as Lifetime })}>
          {Object.entries(lifetimes).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </Select>
      </Field>
      {lifetime === 'day' && (
        <Field label="Its last day" validationMessage={fault && (day === '' ? 'Give a day.' : fault)}>
          <Input type="date" value={day} onChange={(_, { value }) => change({ day: value })} />
        </Field>
      )}
    </>
  );
}
