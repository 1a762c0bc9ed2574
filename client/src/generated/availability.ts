// Written by scripts/write-client.ts from docs/openapi.json.

import { createPages, type Page, type Pages } from '../pages.ts';
import { segment } from '../segment.ts';
import type { Answer, CallOptions, Send } from '../send.ts';
import type {
  Schedule,
  TimeOff,
  CreateTimeOffBody,
  ListHolidaysQuery,
  ListHolidaysItem,
  ListHolidayRegionsItem,
} from './schemas.ts';

/** When operators work: weekly hours, days with hours of their own, time off, public holidays. */
export const availability = (send: Send) => ({
  /** When a member works: the hours of every event type that has none of its own. Until they have a schedule it is Monday to Friday, nine to five, in their zone. */
  getSchedule: (id: string, options?: CallOptions): Promise<Schedule> =>
    send({ method: 'GET', path: `/v1/members/${segment(id)}/schedule`, options }),

  /** Operators change their own, administrators everybody’s. Bookings that exist keep their time. */
  replaceSchedule: <const O extends CallOptions = CallOptions>(
    id: string,
    body: Schedule,
    options?: O,
  ): Promise<Answer<Schedule, O>> =>
    send({ method: 'PUT', path: `/v1/members/${segment(id)}/schedule`, body, options }),

  /** The days on which a member takes no bookings of any event type, in order. */
  listTimeOff: (id: string, options?: CallOptions): Pages<TimeOff> =>
    createPages((cursor) =>
      send<Page<TimeOff>>({ method: 'GET', path: `/v1/members/${segment(id)}/time-off`, options, query: { cursor } }),
    ),

  /** Whole days in the zone of the member’s schedule. Bookings that exist on them stay. */
  createTimeOff: <const O extends CallOptions = CallOptions>(
    id: string,
    body: CreateTimeOffBody,
    options?: O,
  ): Promise<Answer<TimeOff, O>> =>
    send({ method: 'POST', path: `/v1/members/${segment(id)}/time-off`, body, options }),

  /** Remove time off. */
  deleteTimeOff: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<void, O>> =>
    send({ method: 'DELETE', path: `/v1/time-off/${segment(id)}`, options, as: 'nothing' }),

  /** The public holidays of a year. */
  listHolidays: (query: ListHolidaysQuery, options?: CallOptions): Pages<ListHolidaysItem> =>
    createPages((cursor) =>
      send<Page<ListHolidaysItem>>({ method: 'GET', path: '/v1/holidays', query: { ...query, cursor }, options }),
    ),

  /** The countries whose public holidays are known, and their regions where holidays differ. */
  listHolidayRegions: (options?: CallOptions): Pages<ListHolidayRegionsItem> =>
    createPages((cursor) =>
      send<Page<ListHolidayRegionsItem>>({ method: 'GET', path: '/v1/holiday-regions', options, query: { cursor } }),
    ),
});
