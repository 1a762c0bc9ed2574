import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ask, type Answer } from './client.ts';

export type Contact = Answer<typeof api.contacts.$get>['data'][number];
export type Organisation = Answer<typeof api.organisations.$get>['data'][number];
export type ContactInput = Parameters<typeof api.contacts.$post>[0]['json'];
export type OrganisationInput = Parameters<typeof api.organisations.$post>[0]['json'];

export type ContactFilter = { q?: string | undefined; organisationId?: string | undefined };

const paging = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor ?? undefined,
};

/** People outside whom the workspace knows, by name, page by page. */
export const contactsQuery = (filter: ContactFilter = {}) =>
  infiniteQueryOptions({
    queryKey: ['contacts', 'list', filter.q ?? '', filter.organisationId ?? ''],
    queryFn: ({ pageParam: cursor }) => ask(api.contacts.$get({ query: { ...filter, cursor } })),
    ...paging,
  });

export const organisationsQuery = infiniteQueryOptions({
  queryKey: ['organisations', 'list'],
  queryFn: ({ pageParam: cursor }) => ask(api.organisations.$get({ query: { cursor } })),
  ...paging,
});

/** Organisations to choose from: as many as one list can hold. */
export const organisationChoicesQuery = queryOptions({
  queryKey: ['organisations', 'choices'],
  queryFn: async () => (await ask(api.organisations.$get({ query: { limit: 200 } }))).data,
});
