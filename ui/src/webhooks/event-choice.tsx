import { Checkbox, Field, Radio, RadioGroup } from '@fluentui/react-components';
import { useState } from 'react';
import { faultAt } from '../parts/form.tsx';
import sheets from '../parts/sheets.module.css';
import { count } from '../parts/when.ts';
import { eventGroups } from './event-words.ts';
import styles from './webhooks.module.css';

type Types = string[] | null;
type Props = { types: Types; onChange: (types: Types) => void; error: Error | null };

/** All events, or groups and single ones of them. */
export function EventChoice({ types, onChange, error }: Props) {
  const [last, setLast] = useState(types ?? ['meeting.*']); // what was chosen stays while somebody looks at “all”
  const choose = (chosen: string[]) => {
    setLast(chosen);
    onChange(chosen);
  };
  return (
    <>
      <Field label="Send" validationMessage={faultAt(error, '/types')}>
        <RadioGroup
          value={types === null ? 'all' : 'chosen'}
          onChange={(_, { value }) => onChange(value === 'all' ? null : last)}
        >
          <Radio value="all" label="Every event, also of kinds that are added later" />
          <Radio value="chosen" label="Only what you choose" />
        </RadioGroup>
      </Field>
      {types !== null && (
        <ul className={styles.groups}>
          {eventGroups.map((group) => (
            <GroupChoice key={group.group} group={group} types={types} onChange={choose} />
          ))}
        </ul>
      )}
    </>
  );
}

type GroupProps = { group: (typeof eventGroups)[number]; types: string[]; onChange: (types: string[]) => void };

/** A group as a whole, with later kinds of it, or some of its events. */
function GroupChoice({ group: { group, words, events }, types, onChange }: GroupProps) {
  const all = `${group}.*`;
  const names = Object.keys(events).map((event) => `${group}.${event}`);
  const whole = types.includes(all);
  const chosen = names.filter((name) => types.includes(name));
  const others = types.filter((type) => type !== all && !names.includes(type));
  const turn = (name: string, on: boolean) => {
    const before = whole ? names : chosen;
    onChange([...others, ...(on ? [...before, name] : before.filter((other) => other !== name))]);
  };
  return (
    <li>
      <Checkbox
        label={`${words}: everything`}
        checked={whole || (chosen.length > 0 && 'mixed')}
        onChange={(_, { checked }) => onChange(checked === true ? [...others, all] : others)}
      />
      <details className={`${sheets.disclosure} ${styles.disclosure}`} open={chosen.length > 0 || undefined}>
        <summary>
          {chosen.length > 0 ? `${chosen.length} of ${count(names.length, 'event')}` : count(names.length, 'event')}
          <span className="visually-hidden"> of {words}</span>
        </summary>
        <div className={styles.events}>
          {names.map((name, place) => (
            <Checkbox
              key={name}
              checked={whole || types.includes(name)}
              onChange={(_, { checked }) => turn(name, checked === true)}
              label={
                <>
                  {Object.values(events)[place]} <code>{name}</code>
                </>
              }
            />
          ))}
        </div>
      </details>
    </li>
  );
}
