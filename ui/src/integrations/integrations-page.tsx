import { VideoPerson24Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { integrationQuery, type Integration } from '../api/queries.ts';
import { Card, Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { StateLabel, type State } from '../parts/state-label.tsx';
import { useMe } from '../shell/me.ts';
import { AskEveryone } from './ask-everyone.tsx';
import { Colleagues } from './colleagues.tsx';
import { connectionStates } from './connection-states.ts';
import { Connected } from './connected.tsx';
import styles from './integrations.module.css';
import { NotConfigured } from './not-configured.tsx';
import { NotConnected } from './not-connected.tsx';
import { OutsideConnections } from './outside-connections.tsx';
import { PersonalAccount } from './personal-account.tsx';
import { ReconnectNeeded } from './reconnect-needed.tsx';

const route = getRouteApi('/microsoft-365/integrations');
const JustConnected = lazy(async () => ({ default: (await import('./just-connected.tsx')).JustConnected }));

/** The signed-in person's connection to Microsoft Teams: what it is, what it can do, and the next step. */
export function IntegrationsPage() {
  const { connected } = route.useSearch();
  const { mayManage } = useMe();
  const { data, error, refetch } = useQuery(integrationQuery);
  return (
    <Page
      title="Integrations"
      lead="Parley makes Teams meetings in your own calendar, as you. For that you connect your Microsoft account once."
    >
      {connected && data?.connection?.state === 'connected' && (
        <Suspense fallback={<JustConnectedPlace />}>
          <JustConnected connection={data.connection} />
        </Suspense>
      )}
      {!data && !error && <SkeletonRows rows={1} height="260px" />}
      {!data && error && <QueryProblem error={error} retry={refetch} />}
      {data && (
        <Card label="Microsoft Teams">
          <div className={styles.head}>
            <span className={styles.logo}>
              <VideoPerson24Regular aria-hidden />
            </span>
            <h2>Microsoft Teams</h2>
            <StateLabel {...stateOf(data)} badge />
          </div>
          <div className={styles.body}>
            <Body integration={data} />
          </div>
        </Card>
      )}
      {mayManage && data && <Colleagues />}
      {mayManage && data && <OutsideConnections />}
      {mayManage && data?.configured && <AskEveryone />}
    </Page>
  );
}

function stateOf({ configured, connection }: Integration): State {
  if (connection) return connectionStates[connection.state];
  return configured ? { tone: 'quiet', words: 'Not connected' } : { tone: 'waiting', words: 'Not set up' };
}

function Body({ integration }: { integration: Integration }) {
  const { configured, connection } = integration;
  if (!configured) return <NotConfigured integration={integration} />;
  if (!connection) return <NotConnected integration={integration} />;
  if (connection.state === 'connected') return <Connected connection={connection} />;
  if (connection.state === 'personal_account') return <PersonalAccount connection={connection} />;
  return <ReconnectNeeded connection={connection} adminConsentUrl={integration.adminConsentUrl} />;
}

/** Keeps the place of the message, so that nothing moves when it comes. */
function JustConnectedPlace() {
  return <div style={{ blockSize: '56px' }} />;
}
