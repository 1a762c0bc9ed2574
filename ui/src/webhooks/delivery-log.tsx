import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { deliveriesQuery, type DeliveryStatus, type WebhookDelivery, type WebhookEndpoint } from '../api/webhooks.ts';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { rowsOf, ShowMore } from '../parts/show-more.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { useNow } from '../parts/use-now.ts';
import { momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { answerWords, deliveryState, isDue } from './endpoint-words.ts';
import { eventWords } from './event-words.ts';
import styles from './webhooks.module.css';

const filters: { show: DeliveryStatus | undefined; words: string; none: string }[] = [
  {
    show: undefined,
    words: 'All',
    none: 'Nothing was sent yet. Send a test event, or wait until something happens.',
  },
  { show: 'delivered', words: 'Arrived', none: 'Nothing has arrived in the last 30 days.' },
  { show: 'pending', words: 'On the way', none: 'Nothing is on its way or waiting for its next try.' },
  { show: 'failed', words: 'Given up', none: 'Nothing was given up in the last 30 days.' },
];

type Props = { endpoint: WebhookEndpoint; show: DeliveryStatus | undefined };

/** What was sent to an endpoint, the latest first; what is about to happen shows by itself. */
export function DeliveryLog({ endpoint: { id }, show }: Props) {
  const list = useInfiniteQuery({
    ...deliveriesQuery(id, show),
    refetchInterval: ({ state }) => {
      const rows = state.data?.pages.flatMap(({ data }) => data) ?? [];
      return rows.some((row) => isDue(row, Date.now())) ? 2_000 : 10_000;
    },
  });
  const rows = list.data && rowsOf(list.data);
  useRereading(id, rows);
  return (
    <>
      <nav className={styles.filters} aria-label="Which events">
        {filters.map(({ show: one, words }) => (
          <Link
            key={words}
            to="/developers/webhooks/$id"
            params={{ id }}
            search={one ? { show: one } : {}}
            activeOptions={{ exact: true }}
            aria-current={one === show ? 'true' : undefined}
            replace
            resetScroll={false}
          >
            {words}
          </Link>
        ))}
      </nav>
      {!rows && list.error && <QueryProblem error={list.error} retry={list.refetch} />}
      {!rows && !list.error && <SkeletonRows rows={4} height="44px" />}
      {rows?.length === 0 && <p className={sheets.quiet}>{filters.find((one) => one.show === show)?.none}</p>}
      {rows && rows.length > 0 && <Table rows={rows} />}
      {rows && <ShowMore list={list} />}
    </>
  );
}

/** Whatever comes of a delivery says something of its endpoint: that is read again, so that both agree. */
function useRereading(id: string, rows: WebhookDelivery[] | undefined): void {
  const queries = useQueryClient();
  const outcomes = rows?.map((row) => `${row.id} ${row.status} ${row.attempts}`).join();
  useEffect(() => {
    if (outcomes === undefined) return;
    for (const kind of ['endpoint', 'latest']) void queries.invalidateQueries({ queryKey: ['webhooks', kind, id] });
  }, [queries, id, outcomes]);
}

function Table({ rows }: { rows: WebhookDelivery[] }) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Event</th>
          <th scope="col">State</th>
          <th scope="col">Tries</th>
          <th scope="col">Answer</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.id} delivery={row} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ delivery }: { delivery: WebhookDelivery }) {
  const zone = useMe().member.timeZone;
  const now = useNow();
  const { id, endpointId, type, createdAt, attempts } = delivery;
  const when = momentText(createdAt, zone);
  return (
    <tr>
      <td className={styles.when}>{when}</td>
      <th scope="row">
        <Link to="/developers/webhooks/$id/deliveries/$deliveryId" params={{ id: endpointId, deliveryId: id }}>
          {eventWords(type)}
          <span className="visually-hidden">, {when}</span>
        </Link>
        <code>{type}</code>
      </th>
      <td>
        <StateLabel {...deliveryState(delivery, { now, zone })} />
      </td>
      <td data-name="Tries">{attempts}</td>
      <td data-name="Answer">{answerWords(delivery)}</td>
    </tr>
  );
}
