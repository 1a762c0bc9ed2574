import { Button, Checkbox } from '@fluentui/react-components';
import { useId, useState } from 'react';
import { api, ask } from '../api/client.ts';
import type { Tenant } from '../api/queries.ts';
import { faultAt, FormProblem } from '../parts/form.tsx';
import { useChange } from '../parts/use-change.ts';
import { features, type Feature } from './feature-words.ts';
import styles from './tenant-setup.module.css';

const known = features.map(({ name }) => name);

/** What Parley is to do in this tenant: the permissions follow from it. */
export function FeatureChoice({ tenant }: { tenant: Tenant }) {
  const before = known.filter((name) => tenant.features.includes(name));
  const [chosen, setChosen] = useState<Feature[]>(before);
  const [reduced, setReduced] = useState(tenant.reduced);
  const save = useChange(['tenants'], () =>
    ask(api.tenants[':id'].$patch({ param: { id: tenant.id }, json: { features: chosen, reduced } })),
  );
  const same = chosen.length === before.length && chosen.every((name) => before.includes(name));
  const changed = reduced !== tenant.reduced || !same;
  const turn = (name: Feature, on: boolean) =>
    setChosen((now) => (on ? [...now, name] : now.filter((other) => other !== name)));
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (changed && !save.isPending) save.mutate();
  };
  const box = ({ name, words, hint }: (typeof features)[number]) => (
    <Choice key={name} words={words} hint={hint} checked={chosen.includes(name)} onChange={(on) => turn(name, on)} />
  );
  const fault = faultAt(save.error, '/features');
  return (
    <form className={styles.choices} onSubmit={onSubmit} noValidate aria-label="What Parley may do here">
      <h3>What Parley may do here</h3>
      <div className={styles.boxes}>{features.map(box)}</div>
      {chosen.includes('people') && (
        <Choice
          words="Show Parley less of your people"
          hint="User.ReadBasic.All instead of User.Read.All. Lost: finding people by employee id or extension attribute, and seeing whether an account is switched off or has a Teams licence."
          checked={reduced}
          onChange={setReduced}
        />
      )}
      {fault && (
        <p role="alert" className={styles.fault}>
          {fault}
        </p>
      )}
      <FormProblem error={save.error} />
      <div>
        <Button type="submit" disabledFocusable={!changed || save.isPending}>
          Save this choice
        </Button>
      </div>
    </form>
  );
}

type ChoiceProps = { words: string; hint: string; checked: boolean; onChange: (on: boolean) => void };

function Choice({ words, hint, checked, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div className={styles.box}>
      <Checkbox
        label={words}
        checked={checked}
        aria-describedby={id}
        onChange={(_, data) => onChange(data.checked === true)}
      />
      <p id={id}>{hint}</p>
    </div>
  );
}
