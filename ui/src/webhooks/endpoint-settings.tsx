import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import type { WebhookEndpoint } from '../api/webhooks.ts';
import { FormProblem } from '../parts/form.tsx';
import sheets from '../parts/sheets.module.css';
import { UnsavedChanges } from '../parts/unsaved-changes.tsx';
import { useChange } from '../parts/use-change.ts';
import { AddressFields, type EndpointDraft } from './endpoint-fields.tsx';
import { endpointName } from './endpoint-words.ts';
import { EventChoice } from './event-choice.tsx';
import styles from './webhooks.module.css';

/** Where to, what for and which events. */
export function EndpointSettings({ endpoint }: { endpoint: WebhookEndpoint }) {
  const [saved, setSaved] = useState(() => draftOf(endpoint)); // it may change on the server while somebody types
  const [draft, setDraft] = useState(saved);
  const save = useChange(
    ['webhooks'],
    (wanted: EndpointDraft) =>
      ask(api['webhook-endpoints'][':id'].$patch({ param: { id: endpoint.id }, json: changesOf(wanted, saved) })),
    (after) => {
      setSaved(draftOf(after));
      setDraft(draftOf(after));
    },
  );
  const changed = Object.keys(changesOf(draft, saved)).length > 0;
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!save.isPending && changed) save.mutate(draft);
  };
  const change = (changes: Partial<EndpointDraft>) => setDraft((before) => ({ ...before, ...changes }));
  return (
    <form className={sheets.group} onSubmit={onSubmit} noValidate aria-label="Settings">
      <h2>Settings</h2>
      <AddressFields draft={draft} change={change} error={save.error} />
      {endpoint.format === 'standard' ? (
        <EventChoice types={draft.types} onChange={(types) => change({ types })} error={save.error} />
      ) : (
        <p className={styles.text}>
          A program that was written for Nylas made this endpoint and chooses what it is sent:{' '}
          {endpoint.types?.join(', ') ?? 'everything that Nylas has a word for'}.
        </p>
      )}
      <FormProblem error={save.error} />
      <div className={styles.foot}>
        <Button type="submit" appearance="primary" disabledFocusable={save.isPending || !changed}>
          Save settings
        </Button>
        <span role="status" className={sheets.quiet}>
          {save.isSuccess && !changed && 'Saved.'}
        </span>
      </div>
      <UnsavedChanges changed={changed}>{`What you changed in “${endpointName(endpoint)}” is lost.`}</UnsavedChanges>
    </form>
  );
}

function draftOf({ url, description, types }: WebhookEndpoint): EndpointDraft {
  return { url, description, types };
}

function changesOf(draft: EndpointDraft, saved: EndpointDraft): Partial<EndpointDraft> {
  const same = (one: string[] | null, other: string[] | null) =>
    JSON.stringify(one?.toSorted() ?? null) === JSON.stringify(other?.toSorted() ?? null);
  return {
    ...(draft.url !== saved.url && { url: draft.url }),
    ...(draft.description !== saved.description && { description: draft.description }),
    ...(!same(draft.types, saved.types) && { types: draft.types }),
  };
}
