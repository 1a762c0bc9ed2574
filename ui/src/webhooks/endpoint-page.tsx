import { Button } from '@fluentui/react-components';
import { ArrowRepeatAll20Regular, Power20Regular, Send20Regular } from '@fluentui/react-icons';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { api, ask } from '../api/client.ts';
import type { WebhookEndpoint } from '../api/webhooks.ts';
import { ChangeProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { useChange } from '../parts/use-change.ts';
import { cityOf, count } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { DeliveryLog } from './delivery-log.tsx';
import { EndpointFrame } from './endpoint-frame.tsx';
import { TestOutcome } from './test-outcome.tsx';
import styles from './webhooks.module.css';

const route = getRouteApi('/developers/webhooks/$id');
const RangeDialog = lazy(async () => ({ default: (await import('./send-range.tsx')).SendRange }));

/** One endpoint: how it stands, a test event, and what was sent to it. */
export function EndpointPage() {
  const { id } = route.useParams();
  const { show } = route.useSearch();
  const test = useChange(['webhooks'], () => ask(api['webhook-endpoints'][':id'].test.$post({ param: { id } })));
  const enable = useChange(['webhooks'], () => ask(api['webhook-endpoints'][':id'].enable.$post({ param: { id } })));
  const error = test.error ?? enable.error;
  const action = ({ status }: WebhookEndpoint) =>
    status === 'disabled' ? (
      <Button
        appearance="primary"
        icon={<Power20Regular />}
        disabledFocusable={enable.isPending}
        onClick={() => {
          test.reset();
          enable.mutate();
        }}
      >
        Switch it on
      </Button>
    ) : (
      <Button
        appearance="primary"
        icon={<Send20Regular />}
        disabledFocusable={test.isPending}
        onClick={() => {
          enable.reset();
          test.mutate();
        }}
      >
        Send a test event
      </Button>
    );
  return (
    <EndpointFrame id={id} current="deliveries" action={action}>
      {(endpoint) => (
        <>
          <ChangeProblem error={error} />
          <div role="status" className={styles.said}>
            {test.data && endpoint.status === 'enabled' && <TestOutcome key={test.data.id} made={test.data} />}
            {enable.isSuccess && endpoint.status === 'enabled' && (
              <p className={styles.note}>
                Switched on: what happens from now on is sent. To send what happened meanwhile, choose “Send a time
                range again”.
              </p>
            )}
          </div>
          <Deliveries endpoint={endpoint} show={show} />
        </>
      )}
    </EndpointFrame>
  );
}

function Deliveries({
  endpoint,
  show,
}: {
  endpoint: WebhookEndpoint;
  show: 'delivered' | 'pending' | 'failed' | undefined;
}) {
  const zone = useMe().member.timeZone;
  const [choosing, setChoosing] = useState(false);
  const [sent, setSent] = useState<{ count: number; more: boolean }>();
  const told = endpoint.status === 'enabled' ? sent : undefined;
  const onDone = (done: { count: number; more: boolean }) => {
    setSent(done);
    setChoosing(false);
  };
  return (
    <section className={sheets.group} aria-label="What was sent">
      <div className={styles.sectionHead}>
        <div>
          <h2>What was sent</h2>
          <p>Every event with its answers, for 30 days. Times are those of {cityOf(zone)}.</p>
        </div>
        {endpoint.status === 'enabled' && (
          <Button icon={<ArrowRepeatAll20Regular />} onClick={() => setChoosing(true)}>
            Send a time range again
          </Button>
        )}
      </div>
      <p role="status" className={told === undefined ? 'visually-hidden' : `${styles.text} ${styles.note}`}>
        {told !== undefined &&
          (told.count === 0 && !told.more
            ? 'There was nothing to send in that time.'
            : `Sending ${count(told.count, 'event')} again.`)}
        {told?.more && ' There is more than may wait at a time: send the time range again when these have arrived.'}
      </p>
      <DeliveryLog endpoint={endpoint} show={show} />
      {choosing && (
        <Suspense>
          <RangeDialog endpoint={endpoint} onDone={onDone} onClose={() => setChoosing(false)} />
        </Suspense>
      )}
    </section>
  );
}
