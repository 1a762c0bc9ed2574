import { Field, Input, Select } from '@fluentui/react-components';
import { useState } from 'react';
import styles from './access-policies.module.css';
import { attributeOf, localWords, remoteFields, remoteWords, type RemoteField, type Rule } from './field-words.ts';

type Props = {
  /** Whose field it is: “operator”, “visitor”. */
  whose: string;
  rule: Rule;
  change: (rule: Rule) => void;
  /** Attributes that somebody has already. */
  attributes: string[];
  fault: string | undefined;
};

/** One rule: a field of ours, and the field of the directory that has to say the same. */
export function RuleFields({ whose, rule, change, attributes, fault }: Props) {
  const current = attributeOf(rule.local);
  const known = attributes.toSorted();
  const [own, setOwn] = useState(current !== undefined && !known.includes(current));
  const choose = (value: string) => {
    setOwn(value === 'other');
    change({ ...rule, local: value === 'other' ? 'attribute:' : value });
  };
  return (
    <div className={styles.rule}>
      <Field label={`The ${whose}’s field in Parley`} validationMessage={fault}>
        <Select value={own ? 'other' : rule.local} onChange={(_, { value }) => choose(value)}>
          {['email', ...known.map((name) => `attribute:${name}`)].map((local) => (
            <option key={local} value={local}>
              {localWords(local)}
            </option>
          ))}
          <option value="other">Another attribute…</option>
        </Select>
      </Field>
      {own && (
        <Field label="Name of the attribute" hint="Such as staffId.">
          <Input
            value={current ?? ''}
            autoCapitalize="off"
            autoComplete="off"
            spellCheck={false}
            onChange={(_, { value }) => change({ ...rule, local: `attribute:${value.trim()}` })}
          />
        </Field>
      )}
      <Field label="The field in the directory that says the same">
        <Select value={rule.remote} onChange={(_, { value }) => change({ ...rule, remote: value as RemoteField })}>
          {remoteFields.map((field) => (
            <option key={field} value={field}>
              {capitalized(remoteWords(field))} ({field})
            </option>
          ))}
        </Select>
      </Field>
    </div>
  );
}

/** Whether a rule can be tried: the name of an attribute may still be missing. */
export function isWhole({ local }: Rule): boolean {
  return local === 'email' || /^attribute:[A-Za-z][\w.-]{0,39}$/.test(local);
}

export function sameRule(one: Rule, other: Rule): boolean {
  return one.local === other.local && one.remote === other.remote;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
