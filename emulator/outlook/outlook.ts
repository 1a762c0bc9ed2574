import { Hono } from 'hono';
import { html } from 'hono/html';
import type { Context } from '../context.ts';
import type { User } from '../directory.ts';
import { deleteEvent } from '../graph/event-actions.ts';
import { GraphError, itemNotFound } from '../graph/graph-error.ts';
import type { Message, StoredEvent } from '../graph/mailboxes.ts';
import { findOccurrence } from '../graph/recurrence.ts';
import { addAppointment, answerFromCalendar, answerFromMessage, answerIn, changeEvent } from './by-hand.ts';
import { endByHand, meetingEndPart } from './meeting-end.ts';
import { eventPage } from './event-page.ts';
import { inboxPage, messagePage } from './inbox-page.ts';
import { joinPage } from './join-page.ts';
import type { Mailbox } from './mailbox.ts';
import { inboxOf, mailboxOf, pathOf } from './mailbox.ts';
import { outlookPage, seeOther } from './page.ts';
import { peoplePage } from './people-page.ts';
import { weekPage } from './week-page.ts';

/** What people would see in Outlook: every calendar and every inbox, and the means to change them by hand. */
export function outlookApp(context: Context): Hono {
  const app = new Hono().basePath('/outlook');
  app.use(async (c, next) => {
    // Forms of other sites have no business here.
    if (c.req.method === 'POST' && c.req.header('sec-fetch-site') === 'cross-site') return c.text('Forbidden', 403);
    return next();
  });
  app.get('/', () => peoplePage(context));
  app.get('/join', (c) => joinPage(context, c.req.query('url') ?? ''));
  app.get('/mailbox/:address', (c) => {
    const mailbox = mailboxOf(context, c.req.param('address'));
    return seeOther(pathOf(mailbox, mailbox.user === undefined ? 'inbox' : 'calendar'));
  });
  addCalendar(context, app);
  addInbox(context, app);
  app.onError((error) => refusal(error));
  app.notFound(() => refusal(itemNotFound()));
  return app;
}

function addCalendar(context: Context, app: Hono): void {
  const at = '/mailbox/:address';
  app.get(`${at}/calendar`, (c) => weekPage(context, owned(context, c.req.param('address')), c.req.query('week')));
  app.post(`${at}/events`, async (c) => {
    const mailbox = owned(context, c.req.param('address'));
    const event = addAppointment(context, mailbox.user, await formOf(c.req.raw));
    return seeOther(weekOf(mailbox, event));
  });
  app.get(`${at}/events/:event`, (c) => {
    const mailbox = owned(context, c.req.param('address'));
    const event = eventIn(context, mailbox, c.req.param('event'));
    return eventPage(context, mailbox, event, meetingEndPart(context, mailbox, event));
  });
  app.post(`${at}/events/:event`, async (c) => {
    const mailbox = owned(context, c.req.param('address'));
    const event = eventIn(context, mailbox, c.req.param('event'));
    changeEvent(context, mailbox.user, event, await formOf(c.req.raw));
    return seeOther(pathOf(mailbox, `events/${encodeURIComponent(event.id)}`));
  });
  app.post(`${at}/events/:event/delete`, (c) => {
    const mailbox = owned(context, c.req.param('address'));
    const event = eventIn(context, mailbox, c.req.param('event'));
    deleteEvent(context, event);
    return seeOther(weekOf(mailbox, event));
  });
  app.post(`${at}/events/:event/end`, async (c) => {
    const mailbox = owned(context, c.req.param('address'));
    const event = eventIn(context, mailbox, c.req.param('event'));
    endByHand(context, event, await formOf(c.req.raw));
    return seeOther(pathOf(mailbox, `events/${encodeURIComponent(event.id)}`));
  });
  app.post(`${at}/events/:event/answer`, async (c) => {
    const mailbox = owned(context, c.req.param('address'));
    const event = eventIn(context, mailbox, c.req.param('event'));
    answerFromCalendar(context, mailbox.user, event, answerIn(await formOf(c.req.raw)));
    return seeOther(weekOf(mailbox, event));
  });
}

function addInbox(context: Context, app: Hono): void {
  const at = '/mailbox/:address';
  app.get(`${at}/inbox`, (c) => inboxPage(context, mailboxOf(context, c.req.param('address'))));
  app.get(`${at}/messages/:message`, (c) => {
    const mailbox = mailboxOf(context, c.req.param('address'));
    return messagePage(context, mailbox, messageIn(context, mailbox, c.req.param('message')));
  });
  app.post(`${at}/messages/:message/answer`, async (c) => {
    const mailbox = mailboxOf(context, c.req.param('address'));
    const message = messageIn(context, mailbox, c.req.param('message'));
    answerFromMessage(context, message, answerIn(await formOf(c.req.raw)));
    return seeOther(pathOf(mailbox, `messages/${encodeURIComponent(message.id)}`));
  });
}

function owned(context: Context, address: string): Mailbox & { user: User } {
  const mailbox = mailboxOf(context, address);
  if (mailbox.user === undefined) throw itemNotFound();
  return { ...mailbox, user: mailbox.user };
}

function eventIn(context: Context, mailbox: Mailbox, id: string): StoredEvent {
  const event = context.mailboxes.events.get(id) ?? findOccurrence(context.mailboxes, id);
  if (event === undefined || event.ownerId !== mailbox.user?.id) throw itemNotFound();
  return event;
}

function messageIn(context: Context, mailbox: Mailbox, id: string): Message {
  const message = inboxOf(context, mailbox).find((one) => one.id === id);
  if (message === undefined) throw itemNotFound();
  return message;
}

function weekOf(mailbox: Mailbox, event: StoredEvent): string {
  return `${pathOf(mailbox, 'calendar')}?week=${new Date(event.start.at).toISOString().slice(0, 10)}`;
}

async function formOf(request: Request): Promise<URLSearchParams> {
  return new URLSearchParams(await request.text());
}

function refusal(error: Error): Promise<Response> {
  const known = error instanceof GraphError;
  return outlookPage({
    title: 'Not possible',
    status: known ? error.status : 500,
    body: html`<section class="card">
      <h1>That did not work</h1>
      <p>${known ? error.message : `The emulator failed: ${error.message}`}</p>
      <p><a href="/outlook">All mailboxes</a></p>
    </section>`,
  });
}
