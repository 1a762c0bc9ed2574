import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import ICAL from 'ical.js';
import type { OutgoingEmail, SendMail } from '../../src/email/email.ts';
import { startAppointments } from './appointments.ts';
import type { startSystem } from './system.ts';

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;
export const sam = 'sam@visitor.example';
export const dana = 'dana@desk.example';

/** Takes Parley's mail as a mail server would; `failures` are answered first. */
export function mailbag() {
  const mails: OutgoingEmail[] = [];
  const failures: Error[] = [];
  const sendMail: SendMail = async (mail) => {
    const failure = failures.shift();
    if (failure) throw failure;
    mails.push(mail);
  };
  const to = (address: string) => mails.filter((mail) => mail.to === address);
  return { mails, failures, sendMail, to };
}

type Options = Parameters<typeof startSystem>[1];

/** A desk whose mail is read by the test: {@link startAppointments}, and what came of it. */
export async function startMailStory(t: TestContext, rules: object = {}, options: Options = {}) {
  const bag = mailbag();
  const story = await startAppointments(t, rules, { sendMail: bag.sendMail, ...options });
  const { system } = story;
  /** Does everything that is due, as running processes do within seconds, without the clock moving on. */
  const settle = async () => {
    for (let round = 0; round < 4; round++) await system.advance(0);
  };
  return {
    ...story,
    ...bag,
    settle,
    /** The letters to an address by what they are, in the order in which they were sent. */
    letters: async (address: string) => {
      const rows = await system.database.db.selectFrom('emails').select(['id', 'template']).execute();
      const templates = new Map(rows.map(({ id, template }) => [id, template]));
      return bag.to(address).map(({ id }) => templates.get(id));
    },
    emails: async (query = '') => (await story.ask('GET', `/v1/emails?order=asc${query}`))['data'] as Email[],
  };
}

export type Email = {
  id: string;
  recipient: string;
  template: string;
  status: string;
  subject: string;
  transport: string | null;
  transportNote: string | null;
  calendarMethod: string | null;
  problem: string | null;
  resendOf: string | null;
  attempts: number;
};

/** The calendar file of a mail, as another program reads it. */
export function calendarOf(mail: OutgoingEmail | undefined) {
  assert.ok(mail?.calendar, 'there is a calendar file');
  const calendar = new ICAL.Component(ICAL.parse(mail.calendar.file) as unknown[]);
  const [component] = calendar.getAllSubcomponents('vevent');
  assert.ok(component);
  const event = new ICAL.Event(component);
  const text = (name: string) => {
    const value = component.getFirstPropertyValue(name);
    return value === null ? undefined : String(value);
  };
  return {
    method: String(calendar.getFirstPropertyValue('method')),
    sentAs: mail.calendar.method,
    uid: event.uid,
    sequence: event.sequence,
    summary: event.summary,
    start: event.startDate.toJSDate().toISOString(),
    status: text('status'),
    location: text('location'),
    url: text('url'),
    description: event.description,
    organizer: text('organizer'),
    attendees: event.attendees.map((one) => String(one.getFirstValue()).toLowerCase()),
  };
}

/** Every link in the HTML of a mail. */
export function linksOf(mail: OutgoingEmail | undefined): string[] {
  return [...(mail?.html ?? '').matchAll(/href="([^"]*)"/g)].map(([, url = '']) => url.replaceAll('&amp;', '&'));
}
