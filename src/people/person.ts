import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Companion, Contacts, Organisations } from '../database/schema.ts';

export type OrganisationRow = Selectable<Organisations>;
/** A contact with the name of its organisation, which people look for as well. */
export type ContactRow = Selectable<Contacts> & { organisation_name: string | null };

/** How many people besides the visitor a meeting can have; Outlook’s own limit is higher, and no appointment needs it. */
export const mostAttendees = 50;

/**
 * Somebody as the attendee picker sends them. `id` is a contact’s, a member’s, or the object id of somebody in a
 * directory; what is kept here about contacts and members counts more than what the picker says of them.
 */
export type PickedAttendee = {
  email: string;
  name?: string | null | undefined;
  from: Companion['from'];
  id?: string | undefined;
};

/** An address that mail can be sent to: no control characters, no second address behind a comma or a line break. */
export const addressSchema = z.email('Give an e-mail address.').max(254, 'At most 254 characters.');

/** The name of somebody picked: on one line, so that it can stand in a header. */
export const attendeeNameSchema = z
  .string()
  .trim()
  .max(200, 'At most 200 characters.')
  .refine((text) => /^[^\p{Cc}\p{Cs}]*$/u.test(text), 'Control characters are not allowed.');

/** Addresses are one when they differ in capital letters only. */
export function sameAddress(one: string, other: string): boolean {
  return foldAddress(one) === foldAddress(other);
}

/** What an address is compared by. */
export function foldAddress(email: string): string {
  return email.toLowerCase();
}
