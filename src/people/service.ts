import type { Kysely } from 'kysely';
import type { Companion, Database } from '../database/schema.ts';
import { Problem, type FieldError } from '../problem.ts';
import {
  addressSchema,
  attendeeNameSchema,
  foldAddress,
  mostAttendees,
  sameAddress,
  type PickedAttendee,
} from './person.ts';

type Read = { db: Kysely<Database> };

/** The contact and the organisation that a booking is linked with. */
export type Link = { contactId?: string | null | undefined; organisationId?: string | null | undefined };

type Picked = Link & {
  workspaceId: string;
  picked: readonly PickedAttendee[];
  /** Who booked: they are invited anyway. */
  visitorEmail: string;
  /** Who was invited before: they may stay, though they are no contact or member any more. */
  already?: readonly Companion[] | undefined;
};

/**
 * The consolidated list of those who are invited besides the visitor, in the order in which they were picked, each
 * address once. Throws `invalid_request` that names each attendee who cannot be: no address, nobody of this workspace,
 * or a contact of another organisation than the linked one.
 */
export async function resolveAttendees(deps: Read, wanted: Picked): Promise<Companion[]> {
  const { workspaceId, picked, visitorEmail, already = [] } = wanted;
  if (picked.length > mostAttendees)
    throw invalid([{ pointer: '/attendees', detail: `Invite at most ${mostAttendees} people.` }]);
  const { organisationId } = await requireLink(deps, workspaceId, wanted);
  const known = await findKnown(deps, workspaceId, picked);
  const faults: FieldError[] = [];
  const companions = new Map<string, Companion>();
  for (const [index, one] of picked.entries()) {
    const before = already.find(({ email }) => sameAddress(email, one.email));
    const found = companionOf(one, known, organisationId, before);
    if ('faults' in found)
      faults.push(...found.faults.map(({ at, detail }) => ({ pointer: `/attendees/${index}/${at}`, detail })));
    else if (!sameAddress(found.email, visitorEmail) && !companions.has(foldAddress(found.email)))
      companions.set(foldAddress(found.email), found);
  }
  if (faults.length > 0) throw invalid(faults);
  return [...companions.values()];
}

/** Who is invited before anybody was picked: the linked contact, or else the default address of the organisation. */
export async function prefillAttendees(deps: Read, workspaceId: string, link: Link): Promise<Companion[]> {
  const { contact, organisation } = await requireLink(deps, workspaceId, link);
  if (contact) return [{ email: contact.email, name: contact.name, from: 'contact' }];
  if (!organisation?.default_email) return [];
  return [{ email: organisation.default_email, name: organisation.name, from: 'email' }];
}

/**
 * What a booking is linked with, checked: both are of this workspace, and the contact of the organisation. A contact
 * brings its organisation along. Throws `invalid_request`.
 */
export async function requireLink({ db }: Read, workspaceId: string, { contactId, organisationId }: Link) {
  const contact = contactId
    ? await db
        .selectFrom('contacts')
        .selectAll()
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', contactId)
        .executeTakeFirstOrThrow(() => invalid([{ pointer: '/contactId', detail: 'There is no such contact.' }]))
    : undefined;
  const linkedId = organisationId ?? contact?.organisation_id ?? null;
  const organisation =
    linkedId === null
      ? undefined
      : await db
          .selectFrom('organisations')
          .selectAll()
          .where('workspace_id', '=', workspaceId)
          .where('id', '=', linkedId)
          .executeTakeFirstOrThrow(() =>
            invalid([{ pointer: '/organisationId', detail: 'There is no such organisation.' }]),
          );
  if (contact && organisation && contact.organisation_id !== organisation.id)
    throw invalid([{ pointer: '/contactId', detail: `${contact.name} is no contact of ${organisation.name}.` }]);
  return { contact, organisation, contactId: contact?.id ?? null, organisationId: linkedId };
}

type KnownPerson = { id: string; email: string; name: string; organisationId: string | null };
type Known = { contacts: KnownPerson[]; members: KnownPerson[] };
type Fault = { at: 'email' | 'name' | 'id'; detail: string };

/** Everybody of the workspace whom a list may name, by id or by address, with two questions however long it is. */
async function findKnown({ db }: Read, workspaceId: string, picked: readonly PickedAttendee[]): Promise<Known> {
  const named = (from: PickedAttendee['from']) => {
    const those = picked.filter((one) => one.from === from);
    return { ids: those.flatMap(({ id }) => id ?? []), emails: those.map(({ email }) => foldAddress(email)) };
  };
  const [contacts, users] = [named('contact'), named('user')];
  return {
    contacts:
      contacts.emails.length === 0
        ? []
        : await db
            .selectFrom('contacts')
            .select(['id', 'email', 'name', 'organisation_id as organisationId'])
            .where('workspace_id', '=', workspaceId)
            .where((where) =>
              where(where.fn('lower', ['email']), 'in', contacts.emails).or('id', 'in', [...contacts.ids, '']),
            )
            .execute(),
    members:
      users.ids.length === 0
        ? []
        : await db
            .selectFrom('members')
            .select((select) => ['id', 'email', 'name', select.val<string | null>(null).as('organisationId')])
            .where('workspace_id', '=', workspaceId)
            .where('id', 'in', users.ids)
            .execute(),
  };
}

function companionOf(
  picked: PickedAttendee,
  known: Known,
  organisationId: string | null,
  before: Companion | undefined,
): Companion | { faults: Fault[] } {
  // An id of ours names a member; any other is that of somebody in a directory, of whom only the picker knows.
  const isMember = picked.from === 'user' && picked.id?.startsWith('mem_');
  if (picked.from !== 'contact' && !isMember) return typedIn(picked);
  const found = isMember ? memberOf(picked, known) : contactOf(picked, known, organisationId);
  return 'faults' in found && before ? before : found;
}

function contactOf({ id, email }: PickedAttendee, { contacts }: Known, organisationId: string | null) {
  const at = id === undefined ? 'email' : 'id';
  const contact = contacts.find((one) => (id === undefined ? sameAddress(one.email, email) : one.id === id));
  if (!contact) return fault(at, 'There is no such contact.');
  if (organisationId !== null && contact.organisationId !== organisationId)
    return fault(at, `${contact.name} is a contact of another organisation.`);
  return { email: contact.email, name: contact.name, from: 'contact' as const };
}

function memberOf({ id }: PickedAttendee, { members }: Known) {
  const member = members.find((one) => one.id === id);
  if (!member) return fault('id', 'There is no such member.');
  return { email: member.email, name: member.name, from: 'user' as const };
}

function typedIn({ email, name, from }: PickedAttendee): Companion | { faults: Fault[] } {
  const [address, called] = [addressSchema.safeParse(email), attendeeNameSchema.safeParse(name ?? '')];
  if (address.success && called.success) return { email: address.data, name: called.data || null, from };
  const faults = (at: Fault['at'], error: typeof address.error) =>
    error?.issues.slice(0, 1).map(({ message }) => ({ at, detail: message })) ?? [];
  return { faults: [...faults('email', address.error), ...faults('name', called.error)] };
}

function fault(at: Fault['at'], detail: string): { faults: Fault[] } {
  return { faults: [{ at, detail }] };
}

function invalid(errors: FieldError[]): Problem {
  return new Problem('invalid_request', { errors });
}
