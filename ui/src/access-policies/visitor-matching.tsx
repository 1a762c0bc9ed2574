import { Button, Field, Input } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { tenantQuery, type Tenant } from '../api/queries.ts';
import { faultAt, FormProblem } from '../parts/form.tsx';
import { ChangeProblem } from '../parts/problem-view.tsx';
import styles from './access-policies.module.css';
import { localWords, type Rule } from './field-words.ts';
import { Found } from './match-table.tsx';
import { isWhole, RuleFields, sameRule } from './rule-fields.tsx';

/** The rule for visitors, and a field to try it with. */
export function VisitorMatching({ tenant }: { tenant: Tenant }) {
  const queries = useQueryClient();
  const [rule, setRule] = useState(tenant.identityRules.visitor);
  const save = useMutation({
    mutationFn: () =>
      ask(api.tenants[':id'].$patch({ param: { id: tenant.id }, json: { identityRules: { visitor: rule } } })),
    onSuccess: (changed) => queries.setQueryData(tenantQuery(tenant.id).queryKey, changed),
  });
  const changed = !sameRule(rule, tenant.identityRules.visitor);
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!save.isPending && changed && isWhole(rule)) save.mutate();
  };
  return (
    <section className={styles.group} aria-label="Visitors">
      <div>
        <h2>Visitors</h2>
        <p>
          A visitor whom the directory knows is invited at their own address there. Nobody is guessed: a visitor who is
          not found keeps the address they typed, and never owns a meeting.
        </p>
      </div>
      <form className={styles.form} onSubmit={onSubmit} noValidate>
        <RuleFields
          whose="visitor"
          rule={rule}
          change={setRule}
          attributes={[]}
          fault={faultAt(save.error, '/identityRules/visitor')}
        />
        <FormProblem error={save.error} />
        <div className={styles.tools}>
          <Button type="submit" disabledFocusable={save.isPending || !changed || !isWhole(rule)}>
            Save the rule for visitors
          </Button>
          <p className={styles.said} role="status">
            {save.isSuccess && !changed ? 'Saved.' : ''}
          </p>
        </div>
      </form>
      <Trial tenantId={tenant.id} rule={rule} />
    </section>
  );
}

/** Visitors are not kept here, so that somebody types whom to look for. */
function Trial({ tenantId, rule }: { tenantId: string; rule: Rule }) {
  const [value, setValue] = useState('');
  const look = useMutation({
    mutationFn: async () => {
      const json = { side: 'visitor' as const, rule, values: [value.trim()] };
      const { data } = await ask(api.tenants[':id']['identity-preview'].$post({ param: { id: tenantId }, json }));
      return { rule, match: data[0] };
    },
  });
  const fault = faultAt(look.error, '/values');
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!look.isPending && value.trim() !== '' && isWhole(rule)) look.mutate();
  };
  return (
    <form className={styles.form} onSubmit={onSubmit} noValidate>
      <div className={styles.inline}>
        <Field label={`Try it: a visitor’s ${lowerFirst(localWords(rule.local))}`} validationMessage={fault}>
          <Input
            value={value}
            autoCapitalize="off"
            autoComplete="off"
            spellCheck={false}
            onChange={(_, data) => setValue(data.value)}
          />
        </Field>
        <Button type="submit" disabledFocusable={look.isPending || value.trim() === ''}>
          {look.isPending ? 'Looking…' : 'Look them up'}
        </Button>
      </div>
      <div className={styles.trial} role="status">
        {look.data?.match && <Found match={look.data.match} rule={look.data.rule} />}
      </div>
      {!fault && <ChangeProblem error={look.error} />}
    </form>
  );
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
