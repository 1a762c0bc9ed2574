import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { endpointQuery, type WebhookEndpoint } from '../api/webhooks.ts';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { useMe } from '../shell/me.ts';
import { EndpointStanding } from './endpoint-standing.tsx';
import { endpointName } from './endpoint-words.ts';
import styles from './webhooks.module.css';

type Props = {
  id: string;
  current: 'deliveries' | 'settings';
  action?: (endpoint: WebhookEndpoint) => ReactNode;
  children: (endpoint: WebhookEndpoint) => ReactNode;
};

/** What both pages of an endpoint show: its name, how it stands, and the way to the other one. */
export function EndpointFrame({ id, current, action, children }: Props) {
  const { mayManage } = useMe();
  const { data, error, refetch } = useQuery({
    ...endpointQuery(id),
    enabled: mayManage,
    refetchInterval: 5_000,
    staleTime: 0,
  });
  return (
    <Page
      title={data ? endpointName(data) : 'Webhook endpoint'}
      lead={data?.description}
      back={{ link: { to: '/developers/webhooks' }, words: 'Webhooks' }}
      action={data && action?.(data)}
    >
      <ManagersOnly>
        {!data && !error && <SkeletonRows rows={3} height="120px" />}
        {!data && error && <QueryProblem error={error} retry={refetch} />}
        {data && (
          <>
            <Tabs label="Pages of this endpoint">
              <Tab id={id} to="/developers/webhooks/$id" words="Deliveries" current={current === 'deliveries'} />
              <Tab id={id} to="/developers/webhooks/$id/settings" words="Settings" current={current === 'settings'} />
            </Tabs>
            <div className={sheets.stack} key={data.id}>
              <section className={`${sheets.row} ${styles.row}`} aria-label="How it stands">
                <EndpointStanding endpoint={data}>
                  <h2 className="visually-hidden">How it stands</h2>
                </EndpointStanding>
              </section>
              {children(data)}
            </div>
          </>
        )}
      </ManagersOnly>
    </Page>
  );
}

type TabProps = {
  id: string;
  to: '/developers/webhooks/$id' | '/developers/webhooks/$id/settings';
  words: string;
  current: boolean;
};

function Tab({ id, to, words, current }: TabProps) {
  return (
    <Link
      to={to}
      params={{ id }}
      search={{}}
      activeOptions={{ exact: true }}
      aria-current={current ? 'page' : undefined}
    >
      {words}
    </Link>
  );
}
