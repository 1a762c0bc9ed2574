import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import type { WebhookEndpoint } from '../api/webhooks.ts';
import { FormDialog } from '../parts/form-dialog.tsx';
import { faultAt } from '../parts/form.tsx';
import { useChange } from '../parts/use-change.ts';
import { cityOf, clockText, instantAt } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { endpointName } from './endpoint-words.ts';

type Props = {
  endpoint: WebhookEndpoint;
  onDone: (sent: { count: number; more: boolean }) => void;
  onClose: () => void;
};

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** Sends what happened in a span of time once more: after a failure, or to fill a receiver that is new. */
export function SendRange({ endpoint, onDone, onClose }: Props) {
  const zone = useMe().member.timeZone;
  const [range, setRange] = useState(() => {
    const now = Date.now();
    const since = endpoint.failingSince ? Date.parse(endpoint.failingSince) : now - dayMs;
    return { from: clockText(since, zone), to: clockText(now + minuteMs, zone) };
  });
  const [which, setWhich] = useState<'undelivered' | 'all'>('undelivered');
  const send = useChange(
    ['webhooks'],
    () =>
      ask(
        api['webhook-endpoints'][':id'].redeliver.$post({
          param: { id: endpoint.id },
          json: { from: isoAt(range.from, zone), to: isoAt(range.to, zone), which },
        }),
      ),
    onDone,
  );
  const time = (name: 'from' | 'to', words: string) => (
    <Field label={`${words} (${cityOf(zone)})`} required validationMessage={faultAt(send.error, `/${name}`)}>
      <Input
        type="datetime-local"
        value={range[name]}
        data-initial-focus={name === 'from' || undefined}
        onChange={(_, { value }) => setRange((before) => ({ ...before, [name]: value }))}
      />
    </Field>
  );
  return (
    <FormDialog title="Send a time range again" verb="Send it again" change={send} onClose={onClose}>
      <p style={{ margin: 0 }}>
        What happened in this time is sent to {endpointName(endpoint)}, with the same ids as before, so that your system
        can tell what it knows already.
      </p>
      {time('from', 'From')}
      {time('to', 'Until')}
      <Field label="What to send" validationMessage={faultAt(send.error, '/which')}>
        <RadioGroup value={which} onChange={(_, { value }) => setWhich(value === 'all' ? 'all' : 'undelivered')}>
          <Radio value="undelivered" label="What did not arrive, and what was never sent" />
          <Radio value="all" label="Everything, also what has arrived" />
        </RadioGroup>
      </Field>
    </FormDialog>
  );
}

/** What is no time stays as it was written: the server says so. */
function isoAt(clock: string, zone: string): string {
  const instant = instantAt(clock, zone);
  return instant === undefined ? clock : new Date(instant).toISOString();
}
