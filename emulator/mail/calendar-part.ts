import type { EmailAddress, Message } from '../graph/mailboxes.ts';

type Property = { parameters: string; value: string };

/** What an iCalendar file (RFC 5545) with times in UTC says, if it invites or cancels. */
export function invitationIn(file: string): Message['invitation'] {
  const properties = readProperties(file);
  const value = (name: string) => properties.get(name)?.value ?? '';
  const method = value('METHOD').toUpperCase();
  const [start, end] = [instant(value('DTSTART')), instant(value('DTEND'))];
  if ((method !== 'REQUEST' && method !== 'CANCEL') || start === undefined || end === undefined) return null;
  return {
    method,
    uid: value('UID'),
    sequence: Number(value('SEQUENCE')) || 0,
    summary: text(value('SUMMARY')),
    start: { at: start, timeZone: 'UTC' },
    end: { at: end, timeZone: 'UTC' },
    isAllDay: false,
    location: text(value('LOCATION')),
    organizer: person(properties.get('ORGANIZER')),
    joinUrl: value('URL') || null,
    comment: text(value('COMMENT')),
  };
}

/** The properties of the first event, and those of the calendar around it. */
function readProperties(file: string): Map<string, Property> {
  const properties = new Map<string, Property>();
  for (const line of file.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
    const [, name = '', parameters = '', value = ''] =
      /^([A-Za-z-]+)((?:;[^:;"]*(?:"[^"]*"[^:;"]*)*)*):(.*)$/.exec(line) ?? [];
    if (name && !properties.has(name.toUpperCase())) properties.set(name.toUpperCase(), { parameters, value });
  }
  return properties;
}

function instant(value: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(value) ?? [];
  if (year === undefined) return undefined;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function text(value: string): string {
  return value.replaceAll(/\\([\\;,nN])/g, (_, character: string) => (/n/i.test(character) ? '\n' : character));
}

function person(property: Property | undefined): EmailAddress {
  const address = (property?.value ?? '').replace(/^mailto:/i, '');
  const name = /;CN=(?:"([^"]*)"|([^;:]*))/i.exec(property?.parameters ?? '');
  return { name: name?.[1] ?? name?.[2] ?? address, address };
}
