// Written by scripts/write-client.ts from docs/openapi.json.

import { createPages, type Page, type Pages } from '../pages.ts';
import { segment } from '../segment.ts';
import type { Answer, CallOptions, Send } from '../send.ts';
import type {
  Booking,
  NewBooking,
  ListBookingsQuery,
  UpdateBookingBody,
  ListBookingHistoryItem,
  ApproveBookingBody,
  DeclineBookingBody,
  RescheduleBookingBody,
  CancelBookingBody,
  PreviewBookingSeriesBody,
  PreviewBookingSeriesAnswer,
  CreateBookingSeriesBody,
  CreateBookingSeriesAnswer,
  SetLegalHoldBody,
} from './schemas.ts';

/** Visitors’ times with operators: booked, requested, moved, cancelled, one by one or in series. */
export const bookings = (send: Send) => ({
  /** List bookings. */
  list: (query: ListBookingsQuery = {}, options?: CallOptions): Pages<Booking> =>
    createPages((cursor) =>
      send<Page<Booking>>({ method: 'GET', path: '/v1/bookings', query: { ...query, cursor }, options }),
    ),

  /** Books an offered time, or requests it where the event type needs approval. The answer does not wait for Microsoft; with `Prefer: wait=10` it comes as soon as the join link exists. Send an `Idempotency-Key` so that a repeated request books once. */
  create: <const O extends CallOptions = CallOptions>(body: NewBooking, options?: O): Promise<Answer<Booking, O>> =>
    send({ method: 'POST', path: '/v1/bookings', body, options }),

  /** Get a booking. */
  get: (id: string, options?: CallOptions): Promise<Booking> =>
    send({ method: 'GET', path: `/v1/bookings/${segment(id)}`, options }),

  /** Changes who comes along, the note, or whether there is a Teams meeting. */
  update: <const O extends CallOptions = CallOptions>(
    id: string,
    body: UpdateBookingBody = {},
    options?: O,
  ): Promise<Answer<Booking, O>> => send({ method: 'PATCH', path: `/v1/bookings/${segment(id)}`, body, options }),

  /** The life of a booking and of its meeting, oldest first. */
  listBookingHistory: (id: string, options?: CallOptions): Pages<ListBookingHistoryItem> =>
    createPages((cursor) =>
      send<Page<ListBookingHistoryItem>>({
        method: 'GET',
        path: `/v1/bookings/${segment(id)}/history`,
        options,
        query: { cursor },
      }),
    ),

  /** Approves a request, as it is or with another time or operator. It does not wait for Microsoft: the meeting follows. Of two who decide at once the second gets `request_decided`. */
  approve: <const O extends CallOptions = CallOptions>(
    id: string,
    body: ApproveBookingBody = {},
    options?: O,
  ): Promise<Answer<Booking, O>> =>
    send({ method: 'POST', path: `/v1/bookings/${segment(id)}/approve`, body, options }),

  /** Declines a request, or takes an approval back: then its meeting is removed too. */
  decline: <const O extends CallOptions = CallOptions>(
    id: string,
    body: DeclineBookingBody = {},
    options?: O,
  ): Promise<Answer<Booking, O>> =>
    send({ method: 'POST', path: `/v1/bookings/${segment(id)}/decline`, body, options }),

  /** Moves a booking to another offered time. The join link stays the same; with another operator it is a new meeting in their calendar. */
  reschedule: <const O extends CallOptions = CallOptions>(
    id: string,
    body: RescheduleBookingBody,
    options?: O,
  ): Promise<Answer<Booking, O>> =>
    send({ method: 'POST', path: `/v1/bookings/${segment(id)}/reschedule`, body, options }),

  /** Cancel a booking. */
  cancel: <const O extends CallOptions = CallOptions>(
    id: string,
    body: CancelBookingBody = {},
    options?: O,
  ): Promise<Answer<Booking, O>> => send({ method: 'POST', path: `/v1/bookings/${segment(id)}/cancel`, body, options }),

  /** Says that the meeting took place. Parley says it by itself when its time is over. */
  complete: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<Booking, O>> =>
    send({ method: 'POST', path: `/v1/bookings/${segment(id)}/complete`, options }),

  /** Says that the visitor did not come. */
  markNoShow: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<Booking, O>> =>
    send({ method: 'POST', path: `/v1/bookings/${segment(id)}/no-show`, options }),

  /** Each time of a series, and whether it can be booked, before anything is. Nothing is written. */
  previewBookingSeries: <const O extends CallOptions = CallOptions>(
    body: PreviewBookingSeriesBody,
    options?: O,
  ): Promise<Answer<PreviewBookingSeriesAnswer, O>> =>
    send({ method: 'POST', path: '/v1/booking-series/preview', body, options, keyless: true }),

  /** Books weekly or fortnightly times as one: all of them, or with `slot_taken` none. Each can be moved and cancelled by itself afterwards. */
  createBookingSeries: <const O extends CallOptions = CallOptions>(
    body: CreateBookingSeriesBody,
    options?: O,
  ): Promise<Answer<CreateBookingSeriesAnswer, O>> =>
    send({ method: 'POST', path: '/v1/booking-series', body, options }),

  /** Puts the booking under legal hold: recordings, transcripts and attendance reports of its meeting are deleted by nobody and by no retention. */
  setLegalHold: <const O extends CallOptions = CallOptions>(
    id: string,
    body: SetLegalHoldBody,
    options?: O,
  ): Promise<Answer<Booking, O>> =>
    send({ method: 'POST', path: `/v1/bookings/${segment(id)}/legal-hold`, body, options }),

  /** Lifts the hold. What retention would have deleted by now is deleted soon after. */
  liftLegalHold: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<Booking, O>> =>
    send({ method: 'DELETE', path: `/v1/bookings/${segment(id)}/legal-hold`, options }),
});
