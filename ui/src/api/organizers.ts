import { infiniteQueryOptions, queryOptions, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import { api, ask, type Answer } from './client.ts';

type OrganizerPage = Answer<(typeof api.tenants)[':id']['organizers']['$get']>;
export type Organizer = OrganizerPage['data'][number];
type PolicyState = Organizer['policy']['state'];
export type RosterReport = Answer<(typeof api.tenants)[':id']['organizers']['import']['$post']>;
export type IdentityMatch = Answer<(typeof api.tenants)[':id']['identity-preview']['$post']>['data'][number];
export type ScriptRequest = Parameters<(typeof api.tenants)[':id']['scripts']['$post']>[0]['json'];

export type RosterFilter = { q?: string; state?: PolicyState; allowed?: 'true' | 'false' };

/** Who may own meetings of a tenant, page by page, by name. */
export const organizersQuery = (tenantId: string, filter: RosterFilter = {}) =>
  infiniteQueryOptions({
    queryKey: ['organizers', tenantId, 'list', filter],
    queryFn: ({ pageParam: cursor }) =>
      ask(api.tenants[':id'].organizers.$get({ param: { id: tenantId }, query: { ...filter, cursor } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const organizerQuery = (tenantId: string, id: string) =>
  queryOptions({
    queryKey: ['organizers', tenantId, id],
    queryFn: () => ask(api.organizers[':id'].$get({ param: { id } })),
  });

/** Shows an organizer as the server has just answered, wherever they are on a page. */
export function putOrganizer(queries: QueryClient, changed: Organizer): void {
  queries.setQueryData(organizerQuery(changed.tenantId, changed.id).queryKey, changed);
  queries.setQueriesData<InfiniteData<OrganizerPage>>(
    { queryKey: ['organizers', changed.tenantId, 'list'] },
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({
          ...page,
          data: page.data.map((row) => (row.id === changed.id ? changed : row)),
        })),
      },
  );
}
