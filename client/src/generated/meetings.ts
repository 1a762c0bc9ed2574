// Written by scripts/write-client.ts from docs/openapi.json.

import { createPages, type Page, type Pages } from '../pages.ts';
import { segment } from '../segment.ts';
import type { Answer, CallOptions, Send } from '../send.ts';
import type {
  Meeting,
  NewMeeting,
  MeetingChanges,
  WholeMeeting,
  MeetingResolution,
  ListMeetingsQuery,
  CancelMeetingBody,
  ListMeetingEventsItem,
} from './schemas.ts';

/** Teams meetings, with or without a booking, kept in step with Outlook. */
export const meetings = (send: Send) => ({
  /** List meetings. */
  list: (query: ListMeetingsQuery = {}, options?: CallOptions): Pages<Meeting> =>
    createPages((cursor) =>
      send<Page<Meeting>>({ method: 'GET', path: '/v1/meetings', query: { ...query, cursor }, options }),
    ),

  /** Makes a Teams meeting in an organizer’s calendar. `Prefer: wait=10` answers as soon as the join link exists. */
  create: <const O extends CallOptions = CallOptions>(body: NewMeeting, options?: O): Promise<Answer<Meeting, O>> =>
    send({ method: 'POST', path: '/v1/meetings', body, options }),

  /** Get a meeting. */
  get: (id: string, options?: CallOptions): Promise<Meeting> =>
    send({ method: 'GET', path: `/v1/meetings/${segment(id)}`, options }),

  /** Change a meeting. */
  update: <const O extends CallOptions = CallOptions>(
    id: string,
    body: MeetingChanges = {},
    options?: O,
  ): Promise<Answer<Meeting, O>> => send({ method: 'PATCH', path: `/v1/meetings/${segment(id)}`, body, options }),

  /** Cancel a meeting. */
  cancel: <const O extends CallOptions = CallOptions>(
    id: string,
    body: CancelMeetingBody = {},
    options?: O,
  ): Promise<Answer<Meeting, O>> => send({ method: 'POST', path: `/v1/meetings/${segment(id)}/cancel`, body, options }),

  /** Try a failed meeting again. */
  retry: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<Meeting, O>> =>
    send({ method: 'POST', path: `/v1/meetings/${segment(id)}/retry`, options }),

  /** What happened to a meeting. */
  listMeetingEvents: (id: string, options?: CallOptions): Pages<ListMeetingEventsItem> =>
    createPages((cursor) =>
      send<Page<ListMeetingEventsItem>>({
        method: 'GET',
        path: `/v1/meetings/${segment(id)}/events`,
        options,
        query: { cursor },
      }),
    ),

  /** Makes the meeting with your own id be as given, whether it was there or not. What is so already is left as it is. A cancelled meeting stays cancelled: your id goes over to a new one. */
  upsert: <const O extends CallOptions = CallOptions>(
    externalId: string,
    body: WholeMeeting,
    options?: O,
  ): Promise<Answer<Meeting, O>> =>
    send({ method: 'PUT', path: `/v1/meetings/by-external-id/${segment(externalId)}`, body, options }),

  /** Decides what holds for a meeting that somebody changed or removed in Outlook (`status: out_of_sync`). accept: what Outlook shows – another time or subject; where the event is gone, booking and meeting are cancelled. restore: what was wanted, sent once more. recreate: a new event with a new link, where the old one is gone; Outlook invites everybody to it. cancel: booking and meeting. Of two people at once one wins, and the other is answered `already_resolved`. */
  resolve: <const O extends CallOptions = CallOptions>(
    id: string,
    body: MeetingResolution,
    options?: O,
  ): Promise<Answer<Meeting, O>> =>
    send({ method: 'POST', path: `/v1/meetings/${segment(id)}/resolve`, body, options }),
});
