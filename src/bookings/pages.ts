import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { assetRoutes, pageHeaders } from '../http/pages.ts';
import { asProblem } from '../http/problems.ts';
import { book, hold, release, showEventType, withEventType } from './book-pages.ts';
import { cancel, invite, move, showBooking, showCancel, showMove, withBooking } from './booking-pages.ts';
import { bookingEvents } from './meeting-events.ts';
import { messagePage } from '../http/message.ts';
import { ownForms, page } from './visit.ts';
import { messages } from './visitor-words.ts';
import type { VisitorDeps } from './visitor.ts';

const largestForm = 64 * 1024;

/** The pages on which visitors book, keep, move and cancel: HTML that needs no script, no cookie and no account. */
export function visitorPages(deps: VisitorDeps): Hono {
  const app = new Hono();
  app.route('/', assetRoutes());
  const tooLarge = bodyLimit({ maxSize: largestForm, onError: (c) => page(c, messagePage(messages.tooLarge), 413) });
  for (const path of ['/book/:workspace/:eventType', '/bookings/:token']) {
    app.use(path, pageHeaders, ownForms, tooLarge);
    app.use(`${path}/:page`, pageHeaders, ownForms, tooLarge);
  }
  app.get('/book/:workspace/:eventType', (c) => withEventType(c, deps, showEventType));
  app.post('/book/:workspace/:eventType', (c) => withEventType(c, deps, book));
  app.post('/book/:workspace/:eventType/hold', (c) => withEventType(c, deps, hold));
  app.post('/book/:workspace/:eventType/release', (c) => withEventType(c, deps, release));
  app.get('/bookings/:token', (c) => withBooking(c, deps, showBooking));
  app.get('/bookings/:token/reschedule', (c) => withBooking(c, deps, showMove));
  app.post('/bookings/:token/reschedule', (c) => withBooking(c, deps, move));
  app.get('/bookings/:token/cancel', (c) => withBooking(c, deps, showCancel));
  app.post('/bookings/:token/cancel', (c) => withBooking(c, deps, cancel));
  app.get('/bookings/:token/events', (c) =>
    withBooking(c, deps, ({ booking }) =>
      bookingEvents(c, deps, { bookingId: booking.id, meetingId: booking.meetingId }),
    ),
  );
  app.get('/bookings/:token/invite.ics', (c) => withBooking(c, deps, invite));
  app.onError((error, c) => {
    deps.report(error);
    return page(c, messagePage(messages.broken), asProblem(error).code === 'database_unavailable' ? 503 : 500);
  });
  return app;
}
