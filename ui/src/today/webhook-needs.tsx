import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { endpointsQuery } from '../api/webhooks.ts';
import { useNow } from '../parts/use-now.ts';
import { momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { switchedOffWords } from '../webhooks/endpoint-words.ts';

type Need = { title: string; words: string; link: ReactNode; tone: 'waiting' | 'problem' };

/** For those who manage the workspace: addresses at which webhooks do not arrive, or which were switched off for that. */
export function useWebhookNeeds(): Need[] {
  const { member, mayManage } = useMe();
  const { data: endpoints = [] } = useQuery({ ...endpointsQuery, enabled: mayManage });
  const now = useNow();
  return endpoints.flatMap((endpoint): Need[] => {
    const { id, url, status, disabledReason, failingSince, warnedAt } = endpoint;
    const name = url.replace(/^https?:\/\//, '');
    const link = (
      <Link to="/developers/webhooks/$id" params={{ id }}>
        Go to the endpoint
      </Link>
    );
    if (status === 'disabled' && disabledReason !== 'person') {
      const words = switchedOffWords(endpoint, { now, zone: member.timeZone });
      return [{ title: `The webhook ${name} is switched off`, words, link, tone: 'problem' }];
    }
    if (status === 'disabled' || failingSince === null) return [];
    const words = `Nothing has arrived since ${momentText(failingSince, member.timeZone)}. Parley tries again by itself.`;
    return [{ title: `The webhook ${name} fails`, words, link, tone: warnedAt === null ? 'waiting' : 'problem' }];
  });
}

/** Whether it is known what the above says, so that nothing moves when it comes. */
export function useWebhooksRead(): boolean {
  const { mayManage } = useMe();
  const { isPending } = useQuery({ ...endpointsQuery, enabled: mayManage });
  return !mayManage || !isPending;
}
