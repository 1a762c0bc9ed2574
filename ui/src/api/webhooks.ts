import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ask, type Answer } from './client.ts';

export type WebhookEndpoint = Answer<(typeof api)['webhook-endpoints']['$get']>['data'][number];
export type NewWebhookEndpoint = Answer<(typeof api)['webhook-endpoints']['$post']>;
type DeliveryPage = Answer<(typeof api)['webhook-endpoints'][':id']['deliveries']['$get']>;
export type WebhookDelivery = DeliveryPage['data'][number];
export type DeliveryStatus = WebhookDelivery['status'];

/** Where the workspace wants to be told what happens. For those who manage it, as is everything here. */
export const endpointsQuery = queryOptions({
  queryKey: ['webhooks', 'endpoints'],
  queryFn: async () => (await ask(api['webhook-endpoints'].$get())).data,
});

export const endpointQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', 'endpoint', id],
    queryFn: () => ask(api['webhook-endpoints'][':id'].$get({ param: { id } })),
  });

/** What was sent to an endpoint, page by page, the latest first. */
export const deliveriesQuery = (id: string, status?: DeliveryStatus) =>
  infiniteQueryOptions({
    queryKey: ['webhooks', 'deliveries', id, status ?? 'all'],
    queryFn: ({ pageParam: cursor }) =>
      ask(api['webhook-endpoints'][':id'].deliveries.$get({ param: { id }, query: { limit: 20, status, cursor } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

/** What was sent to an endpoint last, which says whether it is known to work; `null`: nothing. */
export const latestDeliveryQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', 'latest', id],
    queryFn: async () => {
      const page = await ask(api['webhook-endpoints'][':id'].deliveries.$get({ param: { id }, query: { limit: 1 } }));
      return page.data[0] ?? null;
    },
  });

export const deliveryQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', 'delivery', id],
    queryFn: () => ask(api['webhook-deliveries'][':id'].$get({ param: { id } })),
  });
