import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { latestDeliveryQuery, type WebhookEndpoint } from '../api/webhooks.ts';
import sheets from '../parts/sheets.module.css';
import { Bar } from '../parts/skeleton.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { useNow } from '../parts/use-now.ts';
import { useMe } from '../shell/me.ts';
import { endpointState } from './endpoint-words.ts';
import styles from './webhooks.module.css';

/** How an endpoint stands, next to what it is called. Its place is kept while that is not known. */
export function EndpointStanding({ endpoint, children }: { endpoint: WebhookEndpoint; children: ReactNode }) {
  const zone = useMe().member.timeZone;
  const now = useNow();
  const known = endpoint.status === 'disabled' || endpoint.failingSince !== null;
  const { data: latest, isPending } = useQuery({
    ...latestDeliveryQuery(endpoint.id),
    enabled: !known,
    refetchInterval: 10_000,
  });
  const state = known || !isPending ? endpointState(endpoint, latest, { now, zone }) : undefined;
  return (
    <>
      <div className={sheets.rowHead}>
        {children}
        <div role="status">
          {state ? <StateLabel tone={state.tone} words={state.words} badge /> : <Bar width="7rem" height="26px" />}
        </div>
      </div>
      <p className={styles.text}>{state ? state.sentence : <Bar width="16rem" />}</p>
    </>
  );
}
