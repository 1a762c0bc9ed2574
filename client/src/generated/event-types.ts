// Written by scripts/write-client.ts from docs/openapi.json.

import { createPages, type Page, type Pages } from '../pages.ts';
import { segment } from '../segment.ts';
import type { Answer, CallOptions, Send } from '../send.ts';
import type {
  EventType,
  EventTypeInput,
  Hold,
  NewHold,
  ListEventTypeOperatorsItem,
  ListSlotsQuery,
  ListSlotsAnswer,
  ExplainTimesQuery,
  ExplainTimesItem,
} from './schemas.ts';

/** What can be booked, by whom and when; free times, why a time is not offered, and holds. */
export const eventTypes = (send: Send) => ({
  /** List event types. */
  list: (options?: CallOptions): Pages<EventType> =>
    createPages((cursor) =>
      send<Page<EventType>>({ method: 'GET', path: '/v1/event-types', options, query: { cursor } }),
    ),

  /** Make an event type. */
  create: <const O extends CallOptions = CallOptions>(
    body: EventTypeInput,
    options?: O,
  ): Promise<Answer<EventType, O>> => send({ method: 'POST', path: '/v1/event-types', body, options }),

  /** Get an event type. */
  get: (id: string, options?: CallOptions): Promise<EventType> =>
    send({ method: 'GET', path: `/v1/event-types/${segment(id)}`, options }),

  /** Replace an event type. */
  replace: <const O extends CallOptions = CallOptions>(
    id: string,
    body: EventTypeInput,
    options?: O,
  ): Promise<Answer<EventType, O>> => send({ method: 'PUT', path: `/v1/event-types/${segment(id)}`, body, options }),

  /** Removes an event type; one that has bookings is only switched off. */
  delete: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<void, O>> =>
    send({ method: 'DELETE', path: `/v1/event-types/${segment(id)}`, options, as: 'nothing' }),

  /** Who takes its bookings, in order, and whether they can now. */
  listEventTypeOperators: (id: string, options?: CallOptions): Pages<ListEventTypeOperatorsItem> =>
    createPages((cursor) =>
      send<Page<ListEventTypeOperatorsItem>>({
        method: 'GET',
        path: `/v1/event-types/${segment(id)}/operators`,
        options,
        query: { cursor },
      }),
    ),

  /** The times that can be booked, with those who can be booked for them. An operator whose calendar cannot be read offers nothing and is named; when nothing can be offered because of that, the answer is `calendar_unreadable`. */
  listSlots: (id: string, query: ListSlotsQuery, options?: CallOptions): Promise<ListSlotsAnswer> =>
    send({ method: 'GET', path: `/v1/event-types/${segment(id)}/slots`, query, options }),

  /** Why each time of a day of an operator can be booked now, or not: the first reason against it, with the calendar as it is. */
  explainTimes: (id: string, query: ExplainTimesQuery, options?: CallOptions): Pages<ExplainTimesItem> =>
    createPages((cursor) =>
      send<Page<ExplainTimesItem>>({
        method: 'GET',
        path: `/v1/event-types/${segment(id)}/why-not`,
        query: { ...query, cursor },
        options,
      }),
    ),

  /** Keeps a time for ten minutes while somebody fills in a form. The same key renews the hold or moves it to another time, so that nobody keeps two; send it as `holdKey` with the booking. */
  holdTime: <const O extends CallOptions = CallOptions>(
    id: string,
    body: NewHold,
    options?: O,
  ): Promise<Answer<Hold, O>> => send({ method: 'POST', path: `/v1/event-types/${segment(id)}/holds`, body, options }),

  /** Gives a time back that was kept. */
  releaseHold: <const O extends CallOptions = CallOptions>(key: string, options?: O): Promise<Answer<void, O>> =>
    send({ method: 'DELETE', path: `/v1/holds/${segment(key)}`, options, as: 'nothing' }),
});
