import { Button, Field, Radio, RadioGroup } from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { endpointQuery, type NewWebhookEndpoint, type WebhookEndpoint } from '../api/webhooks.ts';
import { queryClient } from '../api/query-client.ts';
import { FormProblem } from '../parts/form.tsx';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Page } from '../parts/page.tsx';
import sheets from '../parts/sheets.module.css';
import { UnsavedChanges } from '../parts/unsaved-changes.tsx';
import { useChange } from '../parts/use-change.ts';
import { AddressFields, type EndpointDraft } from './endpoint-fields.tsx';
import { EventChoice } from './event-choice.tsx';
import { NewSecret } from './new-secret.tsx';
import styles from './webhooks.module.css';

type Draft = EndpointDraft & { signature: WebhookEndpoint['signature'] };

const empty: Draft = { url: '', description: '', types: null, signature: 'hmac' };

/** Adds an address that is told what happens, and shows its secret this once. */
export function NewEndpointPage() {
  const [made, setMade] = useState<NewWebhookEndpoint>();
  const back = { link: { to: '/developers/webhooks' }, words: 'Webhooks' } as const;
  if (made) {
    return (
      <Page title="The endpoint is added" back={back}>
        <Made endpoint={made} />
      </Page>
    );
  }
  return (
    <Page
      title="Add an endpoint"
      back={back}
      lead="An address of one of your systems. It is told what happens from now on."
    >
      <ManagersOnly>
        <NewEndpoint onDone={setMade} />
      </ManagersOnly>
    </Page>
  );
}

function NewEndpoint({ onDone }: { onDone: (made: NewWebhookEndpoint) => void }) {
  const navigate = useNavigate();
  const [draft, setDraft] = useState(empty);
  const change = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const add = useChange(
    ['webhooks'],
    () => ask(api['webhook-endpoints'].$post({ json: draft })),
    (made) => {
      const { secret: _, ...endpoint } = made;
      queryClient.setQueryData(endpointQuery(made.id).queryKey, endpoint);
      onDone(made);
    },
  );
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate();
  };
  return (
    <form className={sheets.stack} onSubmit={onSubmit} noValidate>
      <section className={sheets.group} aria-label="Where to">
        <h2>Where to</h2>
        <AddressFields draft={draft} change={change} error={add.error} />
      </section>
      <section className={sheets.group} aria-label="Which events">
        <h2>Which events</h2>
        <EventChoice types={draft.types} onChange={(types) => change({ types })} error={add.error} />
      </section>
      <section className={sheets.group} aria-label="Signature">
        <h2>Signature</h2>
        <SignatureChoice signature={draft.signature} onChange={(signature) => change({ signature })} />
      </section>
      <FormProblem error={add.error} />
      <div className={styles.foot}>
        <Button type="submit" appearance="primary" disabledFocusable={add.isPending}>
          Add this endpoint
        </Button>
        <Button onClick={() => void navigate({ to: '/developers/webhooks' })}>Cancel</Button>
      </div>
      <UnsavedChanges changed={(draft.url !== '' || draft.description !== '') && !add.isSuccess}>
        The endpoint is not added yet.
      </UnsavedChanges>
    </form>
  );
}

type SignatureProps = { signature: Draft['signature']; onChange: (signature: Draft['signature']) => void };

function SignatureChoice({ signature, onChange }: SignatureProps) {
  return (
    <Field label="How your system knows that an event is from Parley" hint="It cannot be changed later.">
      <RadioGroup value={signature} onChange={(_, { value }) => onChange(value === 'ed25519' ? 'ed25519' : 'hmac')}>
        <Radio value="hmac" label="A secret that both sides know (HMAC-SHA256): every library can do it" />
        <Radio
          value="ed25519"
          label="A key pair (Ed25519): your system needs the public key only, which is no secret"
        />
      </RadioGroup>
    </Field>
  );
}

function Made({ endpoint }: { endpoint: NewWebhookEndpoint }) {
  const navigate = useNavigate();
  const open = () => void navigate({ to: '/developers/webhooks/$id', params: { id: endpoint.id } });
  return (
    <div className={sheets.stack}>
      <NewSecret endpoint={endpoint} />
      <div className={styles.foot}>
        <Button appearance="primary" onClick={open}>
          Go on to a test event
        </Button>
      </div>
    </div>
  );
}
