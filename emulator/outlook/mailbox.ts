import { html } from 'hono/html';
import type { Context } from '../context.ts';
import type { User } from '../directory.ts';
import { addressesOf, findMailboxByAddress, primaryAddress } from '../graph/access.ts';
import type { Message } from '../graph/mailboxes.ts';
import { ianaZone } from '../graph/time-zones.ts';
import type { Html } from './page.ts';

/** One mailbox as the view shows it; outside addresses have an inbox and no calendar. */
export type Mailbox = { address: string; name: string; user: User | undefined; zone: string };

/** The mailbox of an address, whoever it belongs to. */
export function mailboxOf(context: Context, address: string): Mailbox {
  const user = findMailboxByAddress(context, address);
  return user === undefined
    ? { address: address.toLowerCase(), name: address, user, zone: 'UTC' }
    : { address: primaryAddress(user), name: user.displayName, user, zone: ianaZone(user.mailbox?.timeZone ?? 'UTC') };
}

/** What the mailbox received, newest first. */
export function inboxOf(context: Context, mailbox: Mailbox): Message[] {
  const own = new Set(mailbox.user === undefined ? [mailbox.address] : addressesOf(mailbox.user));
  return context.mailboxes.messages.filter((message) => own.has(message.recipient)).toReversed();
}

/** Addresses outside the emulated tenants that received something. */
export function outsideAddresses(context: Context): string[] {
  const recipients = new Set(context.mailboxes.messages.map((message) => message.recipient));
  return [...recipients].filter((address) => findMailboxByAddress(context, address) === undefined).toSorted();
}

/** Where a page of this mailbox is. */
export function pathOf(mailbox: Mailbox, rest: string): string {
  return `/outlook/mailbox/${encodeURIComponent(mailbox.address)}/${rest}`;
}

/** Name, address, and the way between calendar and inbox. */
export function mailboxHead(context: Context, mailbox: Mailbox, current: 'calendar' | 'inbox' | undefined): Html {
  const count = inboxOf(context, mailbox).length;
  const tab = (name: 'calendar' | 'inbox', label: string) =>
    current === name
      ? html`<li><a href="${pathOf(mailbox, name)}" aria-current="page">${label}</a></li>`
      : html`<li><a href="${pathOf(mailbox, name)}">${label}</a></li>`;
  return html`<div class="head">
    <h1>${mailbox.name}</h1>
    <span class="quiet">${mailbox.user === undefined ? 'outside the emulated tenants' : mailbox.address}</span>
    <nav aria-label="Mailbox">
      <ul class="tabs">
        ${mailbox.user === undefined ? '' : tab('calendar', 'Calendar')} ${tab('inbox', `Inbox (${count})`)}
      </ul>
    </nav>
  </div>`;
}

/** "Wed 25 Nov 2026, 09:00–09:30 (Europe/Berlin)", or the days of an all-day event. */
export function spanText(event: { start: number; end: number; isAllDay: boolean }, zone: string): string {
  const shown = event.isAllDay ? 'UTC' : zone;
  const day = (at: number) =>
    format(at, shown, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).replace(',', '');
  const last = event.isAllDay ? event.end - 1 : event.end;
  if (event.isAllDay)
    return day(event.start) === day(last) ? `${day(event.start)}, all day` : `${day(event.start)} – ${day(last)}`;
  const sameDay = day(event.start) === day(event.end);
  const end = sameDay ? clock(event.end, zone) : `${day(event.end)}, ${clock(event.end, zone)}`;
  return `${day(event.start)}, ${clock(event.start, zone)}–${end} (${zone})`;
}

/** "09:00". */
export function clock(at: number, zone: string): string {
  return format(at, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** A moment in British words. */
export function format(at: number, timeZone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, ...options }).format(at);
}

/** "Dana Reyes (dana.reyes@contoso.example)", or the address alone where nobody gave a name. */
export function nameAndAddress({ name, address }: { name: string; address: string }): string {
  return name.toLowerCase() === address.toLowerCase() || name === '' ? address : `${name} (${address})`;
}
