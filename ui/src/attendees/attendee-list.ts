import type { Companion } from '../api/appointments.ts';

/** Somebody who is invited, and where they come from. `id` is that of the contact, the member or the directory user. */
export type Attendee = Companion & { id?: string; origin: string };

/** What an address is compared by: capital letters make no difference. */
export function foldAddress(email: string): string {
  return email.trim().toLowerCase();
}

export type Added = { attendees: Attendee[]; added: Attendee[]; repeated: Attendee[] };

/** Adds people to a list. Who is on it already, or is the visitor, is not added twice. */
export function addAttendees(before: readonly Attendee[], wanted: readonly Attendee[], visitorEmail: string): Added {
  const known = new Set([foldAddress(visitorEmail), ...before.map(({ email }) => foldAddress(email))]);
  const added: Attendee[] = [];
  const repeated: Attendee[] = [];
  for (const one of wanted) {
    const address = foldAddress(one.email);
    if (known.has(address)) repeated.push(one);
    else added.push(one);
    known.add(address);
  }
  return { attendees: [...before, ...added], added, repeated };
}

/** What the server takes: where somebody was picked is told in its own words. */
export function invitationsOf(attendees: readonly Attendee[]) {
  return attendees.map(({ email, name, from, id }) => ({ email, name, from, ...(id && { id }) }));
}

const origins: Record<Companion['from'], string> = { contact: 'Contact', user: 'User', email: 'Typed' };

/** Those who were invited before, with a word about where they were picked. */
export function attendeesOf(companions: readonly Companion[]): Attendee[] {
  return companions.map((one) => ({ ...one, origin: origins[one.from] }));
}

type Typed = { attendees: Attendee[]; faults: string[] };

/** Reads addresses that somebody typed or pasted, with commas, semicolons or lines between; names in front are kept. */
export function readAddresses(text: string): Typed {
  const attendees: Attendee[] = [];
  const faults: string[] = [];
  for (const part of text.split(/[,;\n]/).map((one) => one.trim())) {
    if (part === '') continue;
    const named = /^(?:"?(?<name>[^"<>]*?)"?\s*)<(?<email>[^<>]*)>$/.exec(part);
    const email = (named?.groups?.['email'] ?? part).trim();
    const fault = addressFault(email);
    if (fault) faults.push(`${email}: ${fault}`);
    else attendees.push({ email, name: named?.groups?.['name']?.trim() || null, from: 'email', origin: 'Typed' });
  }
  return { attendees, faults };
}

/** Why a text is no e-mail address, in words; `undefined` for one that can be. The server looks once more. */
export function addressFault(email: string): string | undefined {
  if (/\s/.test(email)) return 'there is a space in it.';
  const [local = '', domain, ...more] = email.split('@');
  if (domain === undefined) return 'the @ is missing.';
  if (more.length > 0) return 'there is more than one @ in it.';
  if (local === '') return 'nothing stands in front of the @.';
  if (!/^[A-Za-z0-9_'+\-.]+$/.test(local) || /^\.|\.\.|\.$/.test(local)) {
    return 'what stands in front of the @ is not possible in an address.';
  }
  if (!domain.includes('.')) return 'the domain after the @ has no dot, such as in example.org.';
  if (!/^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$/.test(domain)) {
    return 'what stands after the @ is no domain.';
  }
  return email.length > 254 ? 'it is longer than an address can be.' : undefined;
}
