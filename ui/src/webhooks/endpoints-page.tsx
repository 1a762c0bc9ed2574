import { Button } from '@fluentui/react-components';
import { Add20Regular, Send24Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { endpointsQuery, type WebhookEndpoint } from '../api/webhooks.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useMe } from '../shell/me.ts';
import { EndpointStanding } from './endpoint-standing.tsx';
import { endpointName } from './endpoint-words.ts';
import { choiceWords } from './event-words.ts';
import styles from './webhooks.module.css';

/** Where Parley tells other systems what happens, and whether they hear it. */
export function EndpointsPage() {
  const { mayManage } = useMe();
  const { data } = useQuery({ ...endpointsQuery, enabled: mayManage });
  return (
    <Page
      title="Webhooks"
      lead="Parley tells your other systems what happens, as it happens."
      action={mayManage && data && data.length > 0 && <AddButton />}
    >
      <ManagersOnly>
        <Endpoints />
      </ManagersOnly>
    </Page>
  );
}

function Endpoints() {
  const { data, error, refetch } = useQuery({ ...endpointsQuery, refetchInterval: 10_000 });
  if (!data) return error ? <QueryProblem error={error} retry={refetch} /> : <SkeletonRows rows={2} height="124px" />;
  if (data.length === 0) {
    return (
      <EmptyState icon={Send24Regular} title="No endpoints yet" action={<AddButton />}>
        Give the address of a system of yours, such as your CRM. When a meeting gets its link, somebody has to reconnect
        or a certificate is about to end, Parley tells it by itself, so that nothing has to ask again and again.
      </EmptyState>
    );
  }
  return (
    <ul className={sheets.rows}>
      {data.map((endpoint) => (
        <Row key={endpoint.id} endpoint={endpoint} />
      ))}
    </ul>
  );
}

function AddButton() {
  const navigate = useNavigate();
  return (
    <Button
      appearance="primary"
      icon={<Add20Regular />}
      onClick={() => void navigate({ to: '/developers/webhooks/new' })}
    >
      Add an endpoint
    </Button>
  );
}

function Row({ endpoint }: { endpoint: WebhookEndpoint }) {
  const { id, description, types } = endpoint;
  return (
    <li className={`${sheets.row} ${styles.row}`}>
      <EndpointStanding endpoint={endpoint}>
        <h2 className={sheets.name}>
          <Link to="/developers/webhooks/$id" params={{ id }}>
            {endpointName(endpoint)}
          </Link>
        </h2>
      </EndpointStanding>
      <p className={sheets.quiet}>{[choiceWords(types), description].filter(Boolean).join(' · ')}</p>
    </li>
  );
}
