import { Button, Field, Input } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, ask } from '../api/client.ts';
import { ApiError, problemOf } from '../api/problem.ts';
import type { ApiKey } from '../api/queries.ts';
import { CopyField } from '../parts/copy.tsx';
import { Card } from '../parts/page.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import styles from './api-keys.module.css';

/** Makes a key, and shows its secret this once. */
export function NewKey({ keys }: { keys: ApiKey[] }) {
  const [name, setName] = useState('');
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () => ask(api['api-keys'].$post({ json: { name } })),
    onSuccess: () => {
      setName('');
      return queries.invalidateQueries({ queryKey: ['api-keys'] });
    },
  });
  const fault = make.error instanceof ApiError ? make.error.problem.errors?.[0]?.detail : undefined;
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!make.isPending) make.mutate();
  };
  return (
    <>
      {make.data && keys.some(({ id }) => id === make.data.id) && (
        <Secret key={make.data.id} name={make.data.name} secret={make.data.secret} />
      )}
      <Card label="New key">
        <form className={styles.create} onSubmit={onSubmit} noValidate>
          <Field label="Name of the new key, such as “CRM”" validationMessage={fault}>
            <Input value={name} onChange={(_, { value }) => setName(value)} maxLength={100} autoComplete="off" />
          </Field>
          <Button type="submit" appearance="primary" disabledFocusable={make.isPending}>
            Make a key
          </Button>
        </form>
        {make.error && !fault && (
          <div role="alert" style={{ marginBlockStart: '16px' }}>
            <ProblemView problem={problemOf(make.error)} />
          </div>
        )}
      </Card>
    </>
  );
}

function Secret({ name, secret }: { name: string; secret: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className={styles.secret} aria-label="The new key">
      <h2 ref={heading} tabIndex={-1}>
        Copy the key of “{name}” now
      </h2>
      <p>It is shown this once; Parley keeps only a fingerprint of it.</p>
      <CopyField text={secret} what="the key" />
      <p>To try it:</p>
      <CopyField
        text={`curl -H "Authorization: Bearer ${secret}" ${location.origin}/v1/event-types`}
        what="an example request"
      />
    </section>
  );
}
