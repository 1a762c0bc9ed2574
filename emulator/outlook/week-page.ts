import { html } from 'hono/html';
import { Temporal } from 'temporal-polyfill';
import type { Context } from '../context.ts';
import type { StoredEvent } from '../graph/mailboxes.ts';
import { eventsOf } from '../graph/mailboxes.ts';
import { expand } from '../graph/recurrence.ts';
import type { Mailbox } from './mailbox.ts';
import { clock, format, mailboxHead, pathOf, spanText } from './mailbox.ts';
import type { Html } from './page.ts';
import { outlookPage } from './page.ts';

const MINUTE = 60_000;
/** One row of the grid. */
const SLOT_MINUTES = 15;

/** One week of a calendar, and a form that puts an appointment into it. */
export function weekPage(context: Context, mailbox: Mailbox, week: string | undefined): Promise<Response> {
  const monday = mondayOf(context, mailbox, week);
  const days = Array.from({ length: 7 }, (_, index) => monday.add({ days: index }));
  const byDay = days.map((day) => ({ day, events: eventsOn(context, mailbox, day) }));
  const hours = hoursOf(
    mailbox,
    byDay.flatMap(({ events }) => events),
  );
  const link = (date: Temporal.PlainDate) => `${pathOf(mailbox, 'calendar')}?week=${date.toString()}`;
  return outlookPage({
    title: `${mailbox.name}, calendar`,
    body: html`${mailboxHead(context, mailbox, 'calendar')}
      <section class="card" aria-labelledby="week">
        <div class="head">
          <h2 id="week">${weekTitle(monday)}</h2>
          <nav aria-label="Weeks">
            <ul class="links">
              <li><a class="button" href="${link(monday.subtract({ weeks: 1 }))}">Previous week</a></li>
              <li><a class="button" href="${pathOf(mailbox, 'calendar')}">This week</a></li>
              <li><a class="button" href="${link(monday.add({ weeks: 1 }))}">Next week</a></li>
            </ul>
          </nav>
          <span class="small quiet">Times in ${mailbox.user?.mailbox?.timeZone ?? 'UTC'}</span>
        </div>
        <div class="week">
          <div class="ruler" aria-hidden="true">
            ${range(hours.first, hours.last).map((hour) => html`<span>${String(hour).padStart(2, '0')}:00</span>`)}
          </div>
          ${byDay.map(({ day, events }) => dayColumn(context, mailbox, day, events, hours))}
        </div>
        ${byDay.every(({ events }) => events.length === 0) ? emptyWeek(context, mailbox, monday) : ''}
      </section>
      ${appointmentForm(context, mailbox)}`,
  });
}

/** Says that nothing is in the week, and where the next event is. */
function emptyWeek(context: Context, mailbox: Mailbox, monday: Temporal.PlainDate): Html {
  const after = monday.add({ weeks: 1 }).toZonedDateTime(mailbox.zone).epochMilliseconds;
  const own = mailbox.user === undefined ? [] : eventsOf(context.mailboxes, mailbox.user.id);
  const [next] = own.filter(({ start }) => start.at >= after).toSorted((a, b) => a.start.at - b.start.at);
  if (next === undefined) return html`<p role="status" class="quiet">Nothing in this week.</p>`;
  const week = dateOf(next.start.at, next.isAllDay ? 'UTC' : mailbox.zone).toString();
  const when = spanText({ start: next.start.at, end: next.end.at, isAllDay: next.isAllDay }, mailbox.zone);
  return html`<p role="status">
    Nothing in this week. Next:
    <a href="${pathOf(mailbox, 'calendar')}?week=${week}">${next.subject || '(no subject)'}</a>, ${when}
  </p>`;
}

function dayColumn(
  context: Context,
  mailbox: Mailbox,
  day: Temporal.PlainDate,
  events: StoredEvent[],
  hours: { first: number; last: number },
): Html {
  const timed = events.filter((event) => !event.isAllDay);
  const allDay = events.filter((event) => event.isAllDay);
  const rows = ((hours.last - hours.first) * 60) / SLOT_MINUTES;
  const today = day.equals(dateOf(context.now(), mailbox.zone));
  const title = `${day.toLocaleString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })}${today ? ', today' : ''}`;
  return html`<section class="day ${today ? 'today' : ''} ${events.length === 0 ? 'empty' : ''}" aria-label="${title}">
    <header><h3>${title}</h3></header>
    ${list(
      'all-day',
      '',
      allDay.map((event) => eventItem(mailbox, event, '')),
    )}
    ${list(
      'hours',
      `grid-template-rows: repeat(${rows}, .9rem)`,
      placed(mailbox, day, timed, hours.first).map(({ event, place }) => eventItem(mailbox, event, place)),
    )}
  </section>`;
}

/** An empty list would be announced as a list; an empty box is not. */
function list(name: string, style: string, items: Html[]): Html {
  return items.length === 0
    ? html`<div class="${name}" style="${style}"></div>`
    : html`<ol class="${name}" style="${style}">
        ${items}
      </ol>`;
}

function eventItem(mailbox: Mailbox, event: StoredEvent, place: string): Html {
  const classes = [
    'event',
    event.showAs === 'free' ? 'free' : '',
    event.isCancelled ? 'cancelled' : '',
    !event.isOrganizer && event.responseStatus.response === 'notResponded' ? 'open' : '',
  ];
  const time = event.isAllDay
    ? 'All day'
    : `${clock(event.start.at, mailbox.zone)}–${clock(event.end.at, mailbox.zone)}`;
  return html`<li class="${classes.filter(Boolean).join(' ')}" style="${place}">
    <a href="${pathOf(mailbox, `events/${encodeURIComponent(event.id)}`)}">
      <b>${event.subject || '(no subject)'}</b> ${time}${stateWords(event)}
    </a>
  </li>`;
}

function stateWords(event: StoredEvent): string {
  const words = [
    event.isOnlineMeeting ? 'Teams' : '',
    event.isCancelled ? 'cancelled' : '',
    !event.isOrganizer && event.responseStatus.response === 'notResponded' ? 'not answered' : '',
  ].filter(Boolean);
  return words.length === 0 ? '' : ` · ${words.join(', ')}`;
}

/** Events side by side where they overlap. */
function placed(
  mailbox: Mailbox,
  day: Temporal.PlainDate,
  events: StoredEvent[],
  firstHour: number,
): { event: StoredEvent; place: string }[] {
  const lanes: number[] = [];
  return events.map((event) => {
    const start = Math.floor((minuteOf(event.start.at, day, mailbox.zone) - firstHour * 60) / SLOT_MINUTES);
    const end = Math.ceil((minuteOf(event.end.at, day, mailbox.zone) - firstHour * 60) / SLOT_MINUTES);
    const from = Math.max(0, start);
    const until = Math.max(from + 2, end);
    const free = lanes.findIndex((busyUntil) => busyUntil <= from);
    const lane = free === -1 ? lanes.length : free;
    lanes[lane] = until;
    return { event, place: `grid-row: ${from + 1} / ${until + 1}; grid-column: ${lane + 1}` };
  });
}

function appointmentForm(context: Context, mailbox: Mailbox): Html {
  const tomorrow = dateOf(context.now(), mailbox.zone).add({ days: 1 }).toString();
  return html`<section class="card" aria-labelledby="new">
    <h2 id="new">New appointment</h2>
    <form class="fields" method="post" action="${pathOf(mailbox, 'events')}">
      <label>Subject <input name="subject" value="Busy" required /></label>
      <label>Date <input type="date" name="date" value="${tomorrow}" required /></label>
      <label>Start <input type="time" name="start" value="09:00" required /></label>
      <label>End <input type="time" name="end" value="10:00" required /></label>
      <label
        >Show as
        <select name="showAs">
          <option value="busy">Busy</option>
          <option value="tentative">Tentative</option>
          <option value="oof">Away</option>
          <option value="free">Free</option>
        </select>
      </label>
      <button class="primary">Save appointment</button>
    </form>
    <p class="small quiet">As if ${mailbox.name} had made it in Outlook: free/busy shows it at once.</p>
  </section>`;
}

function eventsOn(context: Context, mailbox: Mailbox, day: Temporal.PlainDate): StoredEvent[] {
  if (mailbox.user === undefined) return [];
  const own = eventsOf(context.mailboxes, mailbox.user.id);
  const from = day.toZonedDateTime(mailbox.zone).epochMilliseconds;
  const to = day.add({ days: 1 }).toZonedDateTime(mailbox.zone).epochMilliseconds;
  const floating = day.toZonedDateTime('UTC').epochMilliseconds;
  const timed = expand(
    context.mailboxes,
    own.filter((event) => !event.isAllDay),
    from,
    to,
  );
  const allDay = expand(
    context.mailboxes,
    own.filter((event) => event.isAllDay),
    floating,
    floating + 24 * 60 * MINUTE,
  );
  return [...allDay, ...timed];
}

/** Working hours, wider where an event needs it. */
function hoursOf(mailbox: Mailbox, events: StoredEvent[]): { first: number; last: number } {
  const timed = events.filter((event) => !event.isAllDay);
  const starts = timed.map((event) => Number(clock(event.start.at, mailbox.zone).slice(0, 2)));
  const ends = timed.map((event) => Number(clock(event.end.at - 1, mailbox.zone).slice(0, 2)) + 1);
  return { first: Math.min(8, ...starts), last: Math.max(18, ...ends) };
}

function minuteOf(at: number, day: Temporal.PlainDate, zone: string): number {
  const date = dateOf(at, zone);
  if (Temporal.PlainDate.compare(date, day) < 0) return 0;
  if (Temporal.PlainDate.compare(date, day) > 0) return 24 * 60;
  const [hour = 0, minute = 0] = clock(at, zone).split(':').map(Number);
  return hour * 60 + minute;
}

function mondayOf(context: Context, mailbox: Mailbox, week: string | undefined): Temporal.PlainDate {
  const date = /^\d{4}-\d\d-\d\d$/.test(week ?? '')
    ? Temporal.PlainDate.from(week ?? '', { overflow: 'constrain' })
    : dateOf(context.now(), mailbox.zone);
  return date.subtract({ days: date.dayOfWeek - 1 });
}

function weekTitle(monday: Temporal.PlainDate): string {
  const at = monday.toZonedDateTime('UTC').epochMilliseconds;
  const sunday = monday.add({ days: 6 }).toZonedDateTime('UTC').epochMilliseconds;
  const short = (moment: number) => format(moment, 'UTC', { day: 'numeric', month: 'long' });
  return `${short(at)} – ${short(sunday)} ${monday.add({ days: 6 }).year}`;
}

function dateOf(at: number, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
