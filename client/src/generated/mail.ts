// Written by scripts/write-client.ts from docs/openapi.json.

import { createPages, type Page, type Pages } from '../pages.ts';
import { segment } from '../segment.ts';
import type { Answer, CallOptions, Send } from '../send.ts';
import type {
  Email,
  EmailWithText,
  EmailTemplate,
  EmailTemplateText,
  EmailPreview,
  CalendarFeed,
  ListEmailsQuery,
} from './schemas.ts';

/** Letters about bookings: what was sent, in whose words, and calendar feeds. */
export const mail = (send: Send) => ({
  /** What was sent, is waiting, or failed. `order`, `from` and `to` go by when it was written. */
  list: (query: ListEmailsQuery = {}, options?: CallOptions): Pages<Email> =>
    createPages((cursor) =>
      send<Page<Email>>({ method: 'GET', path: '/v1/emails', query: { ...query, cursor }, options }),
    ),

  /** Get a mail. */
  get: (id: string, options?: CallOptions): Promise<EmailWithText> =>
    send({ method: 'GET', path: `/v1/emails/${segment(id)}`, options }),

  /** Sends it once more, as it was, as a new mail; one that is waiting is tried at once. */
  resend: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<Email, O>> =>
    send({ method: 'POST', path: `/v1/emails/${segment(id)}/resend`, options }),

  /** List mail templates. */
  listEmailTemplates: (options?: CallOptions): Pages<EmailTemplate> =>
    createPages((cursor) =>
      send<Page<EmailTemplate>>({ method: 'GET', path: '/v1/email-templates', options, query: { cursor } }),
    ),

  /** Puts words of your own in force. Links, times and buttons are added by Parley. */
  replaceEmailTemplate: <const O extends CallOptions = CallOptions>(
    template: string,
    locale: string,
    body: EmailTemplateText,
    options?: O,
  ): Promise<Answer<EmailTemplate, O>> =>
    send({ method: 'PUT', path: `/v1/email-templates/${segment(template)}/${segment(locale)}`, body, options }),

  /** Go back to Parley’s words. */
  resetEmailTemplate: <const O extends CallOptions = CallOptions>(
    template: string,
    locale: string,
    options?: O,
  ): Promise<Answer<void, O>> =>
    send({
      method: 'DELETE',
      path: `/v1/email-templates/${segment(template)}/${segment(locale)}`,
      options,
      as: 'nothing',
    }),

  /** Shows how a text turns out. Nothing is saved and nothing is sent. */
  previewEmailTemplate: <const O extends CallOptions = CallOptions>(
    template: string,
    locale: string,
    body: EmailTemplateText,
    options?: O,
  ): Promise<Answer<EmailPreview, O>> =>
    send({
      method: 'POST',
      path: `/v1/email-templates/${segment(template)}/${segment(locale)}/preview`,
      body,
      options,
      keyless: true,
    }),

  /** Makes the address of a calendar with the member’s bookings. An address that was made before stops working. */
  createCalendarFeed: <const O extends CallOptions = CallOptions>(
    id: string,
    options?: O,
  ): Promise<Answer<CalendarFeed, O>> =>
    send({ method: 'POST', path: `/v1/members/${segment(id)}/calendar-feed`, options }),

  /** End a calendar feed. */
  deleteCalendarFeed: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<void, O>> =>
    send({ method: 'DELETE', path: `/v1/members/${segment(id)}/calendar-feed`, options, as: 'nothing' }),
});
