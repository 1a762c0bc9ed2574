import { infiniteQueryOptions } from '@tanstack/react-query';
import { instantAt } from '../parts/when.ts';
import { api, ask, type Answer } from './client.ts';
import { dayAfter } from './lists.ts';

export type AuditEntry = Answer<typeof api.audit.$get>['data'][number] & { id: string };
export type AuditVerification = Answer<typeof api.audit.verification.$get>;
type Query = NonNullable<Parameters<typeof api.audit.$get>[0]>['query'];
export type AuditAction = NonNullable<Query['action']>;

/** What the log shows, as the address of the page says it. Days are those of the member’s zone. */
export type AuditSearch = { action?: AuditAction; actor?: string; about?: string; from?: string; to?: string };

/** Entries of the audit log, page by page, the latest first. For those who manage the workspace. */
export const auditQuery = (search: AuditSearch, zone: string) =>
  infiniteQueryOptions({
    queryKey: ['audit', search, zone],
    queryFn: async ({ pageParam: cursor }) => {
      const page = await ask(api.audit.$get({ query: { ...queryOf(search, zone), cursor } }));
      return { ...page, data: page.data.map((entry) => ({ ...entry, id: String(entry.position) })) };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

function queryOf({ action, actor, about, from, to }: AuditSearch, zone: string): Query {
  const start = from === undefined ? undefined : instantAt(`${from}T00:00`, zone);
  const end = to === undefined ? undefined : instantAt(`${dayAfter(to)}T00:00`, zone);
  return {
    ...(action && { action }),
    ...(actor && { actor }),
    ...(about && { subjectId: about }),
    ...(start !== undefined && { from: new Date(start).toISOString() }),
    ...(end !== undefined && { to: new Date(end).toISOString() }),
  };
}

/** Has the chain of entries followed from the first to the last. */
export const verifyAudit = () => ask(api.audit.verification.$get());
