import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { deliveryQuery, type WebhookDelivery } from '../api/webhooks.ts';
import { StateLabel, type State } from '../parts/state-label.tsx';
import { useNow } from '../parts/use-now.ts';
import { useMe } from '../shell/me.ts';
import { soonText } from './endpoint-words.ts';
import styles from './webhooks.module.css';

/** What came of a test event, as soon as that is known. */
export function TestOutcome({ made }: { made: WebhookDelivery }) {
  const zone = useMe().member.timeZone;
  const now = useNow();
  const { data = made } = useQuery({
    ...deliveryQuery(made.id),
    refetchInterval: ({ state }) => (state.data && state.data.attempts > 0 ? 5_000 : 1_000),
  });
  return (
    <p className={`${styles.note} ${styles.outcome}`}>
      <StateLabel {...outcome(data, now, zone)} />
      <Link to="/developers/webhooks/$id/deliveries/$deliveryId" params={{ id: data.endpointId, deliveryId: data.id }}>
        See what was sent and answered
      </Link>
    </p>
  );
}

function outcome(
  { status, attempts, history, response, error, nextAttemptAt }: WebhookDelivery,
  now: number,
  zone: string,
): State {
  if (status === 'delivered') {
    const took = history.at(-1)?.durationMs ?? 0;
    return { tone: 'good', words: `The test event arrived: answer ${response?.status ?? 200} after ${took} ms.` };
  }
  if (attempts === 0) return { tone: 'waiting', words: 'The test event is on its way…' };
  const next = nextAttemptAt ? ` Parley tries again ${soonText(nextAttemptAt, now, zone)}.` : '';
  return { tone: 'problem', words: `The test event did not arrive. ${error ?? ''}${next}` };
}
