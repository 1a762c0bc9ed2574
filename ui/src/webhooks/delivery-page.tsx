import { Button } from '@fluentui/react-components';
import { ArrowRepeatAll20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, ask } from '../api/client.ts';
import { deliveryQuery, endpointQuery, type WebhookDelivery } from '../api/webhooks.ts';
import { CopyButton, CopyField } from '../parts/copy.tsx';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Facts, Page } from '../parts/page.tsx';
import { ChangeProblem, QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { useChange } from '../parts/use-change.ts';
import { useNow } from '../parts/use-now.ts';
import { Verbatim } from '../parts/verbatim.tsx';
import { momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { deliveryState, endpointName, isDue, probeType } from './endpoint-words.ts';
import { eventWords } from './event-words.ts';
import styles from './webhooks.module.css';

const route = getRouteApi('/developers/webhooks/$id/deliveries/$deliveryId');

/** One event that was sent to an endpoint: what it said, and what was answered at each try. */
export function DeliveryPage() {
  const { id, deliveryId } = route.useParams();
  const { mayManage } = useMe();
  const { data: endpoint } = useQuery({ ...endpointQuery(id), enabled: mayManage });
  const { data, error, refetch } = useQuery({
    ...deliveryQuery(deliveryId),
    enabled: mayManage,
    refetchInterval: ({ state }) => (state.data && isDue(state.data, Date.now()) ? 2_000 : 10_000),
  });
  const resend = useChange(['webhooks'], () =>
    ask(api['webhook-deliveries'][':id'].redeliver.$post({ param: { id: deliveryId } })),
  );
  const mayResend = data && data.type !== probeType && endpoint?.status === 'enabled' && !isDue(data, Date.now());
  return (
    <Page
      title={data ? eventWords(data.type) : 'Event'}
      back={{
        link: { to: '/developers/webhooks/$id', params: { id }, search: {} },
        words: endpoint ? endpointName(endpoint) : 'The endpoint',
      }}
      action={
        mayResend && (
          <Button
            appearance="primary"
            icon={<ArrowRepeatAll20Regular />}
            disabledFocusable={resend.isPending}
            onClick={() => resend.mutate()}
          >
            Send it again
          </Button>
        )
      }
    >
      <ManagersOnly>
        {!data && !error && <SkeletonRows rows={2} height="200px" />}
        {!data && error && <QueryProblem error={error} retry={refetch} />}
        {data && (
          <div className={sheets.stack}>
            <ChangeProblem error={resend.error} />
            <Standing delivery={data} />
            <Payload delivery={data} />
            <Answer delivery={data} />
          </div>
        )}
      </ManagersOnly>
    </Page>
  );
}

function Standing({ delivery }: { delivery: WebhookDelivery }) {
  const zone = useMe().member.timeZone;
  const now = useNow();
  const { type, messageId, occurredAt, error, status } = delivery;
  return (
    <section className={sheets.group} aria-label="How it stands">
      <div role="status" className={styles.standing}>
        <StateLabel {...deliveryState(delivery, { now, zone })} badge />
        {error && status !== 'delivered' && <p className={styles.text}>{error}</p>}
        {status === 'failed' && (
          <p className={sheets.quiet}>
            {type === probeType
              ? 'While the endpoint is switched off, Parley asks again from time to time, each time with a new one.'
              : 'It is not tried again by itself. When its receiver is right again, send it again.'}
          </p>
        )}
      </div>
      <Facts
        rows={[
          ['Type', <code key="type">{type}</code>],
          ['Happened', momentText(occurredAt, zone)],
          ['Tries', triesText(delivery)],
        ]}
      />
      <div>
        <p className={styles.label}>
          Its <code>webhook-id</code>, the same at every try
        </p>
        <CopyField text={messageId} what="the webhook-id" />
      </div>
    </section>
  );
}

function triesText({ attempts, attemptsLeft }: WebhookDelivery): string {
  return attempts > 0 && attemptsLeft > 0 ? `${attempts}, and at most ${attemptsLeft} more` : String(attempts);
}

function Payload({ delivery: { payload } }: { delivery: WebhookDelivery }) {
  return (
    <section className={sheets.group} aria-label="What is sent">
      <div className={styles.sectionHead}>
        <div>
          <h2>What is sent</h2>
          <p>With line breaks here; copied as it is sent and signed.</p>
        </div>
        <CopyButton text={payload} what="what is sent" appearance="secondary" />
      </div>
      <Verbatim label="Body of the event" className={styles.body}>
        {withLineBreaks(payload)}
      </Verbatim>
    </section>
  );
}

function Answer({ delivery: { response, history, attempts } }: { delivery: WebhookDelivery }) {
  const zone = useMe().member.timeZone;
  return (
    <section className={sheets.group} aria-label="What was answered">
      <h2>What was answered</h2>
      {history.length === 0 && <p className={styles.text}>It was not tried yet.</p>}
      {response && response.body !== '' && (
        <div>
          <p className={styles.label}>The last answer, {response.status}, said:</p>
          <Verbatim label="Body of the last answer" className={styles.body}>
            {response.body}
          </Verbatim>
        </div>
      )}
      {response?.body === '' && <p className={styles.text}>The last answer, {response.status}, had no text.</p>}
      {!response && attempts > 0 && <p className={styles.text}>Nothing was answered at the last try.</p>}
      {history.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Tried</th>
              <th scope="col">Answer</th>
              <th scope="col">Took</th>
            </tr>
          </thead>
          <tbody>
            {history.toReversed().map(({ at, status, error, durationMs }) => (
              <tr key={at}>
                <td className={styles.when}>{momentText(at, zone)}</td>
                <td>{error ?? (status === null ? 'No answer' : `${status}: it arrived`)}</td>
                <td data-name="Took">{durationMs} ms</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function withLineBreaks(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}
