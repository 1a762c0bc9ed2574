import type { World } from '../src/cli/world.ts';
import { addMember, createSignInToken, createWorkspace } from '../src/access/service.ts';
import { defaultSchedule } from '../src/scheduling/event-type.ts';
import { createContact } from '../src/people/contacts.ts';
import { createOrganisation } from '../src/people/organisations.ts';
import { createEventType } from '../src/scheduling/event-types.ts';
import { connectTeams, createPerson, signIn } from './person.ts';

/** Dana Reyes of the emulator's tenant: the host whose booking page works from the first minute. */
export const danaId = '1b6f0e3a-57c2-4d98-8a14-9e2d7c5b4f60';

export type Furnished = { ownerId: string; ownerName: string; bookingUrl: string | undefined };

/**
 * Makes a first workspace where there is none yet, so that there is something to click. With the emulator it gets a
 * colleague, Dana, who has connected Teams in the way anybody does: over HTTP, through the consent page.
 */
export async function furnish(world: World, { withEmulator }: { withEmulator: boolean }): Promise<Furnished> {
  const existing = await findOwner(world);
  if (existing) return { ...existing, bookingUrl: await someBookingUrl(world) };
  const deps = { db: world.database.db, now: () => new Date(), keyRing: world.keyRing };
  const owner = withEmulator
    ? { email: 'milan.okafor@contoso.example', name: 'Milan Okafor', role: 'owner' as const, timeZone: 'Europe/London' }
    : { email: 'owner@localhost', name: 'Owner', role: 'owner' as const, timeZone: 'UTC' };
  const name = withEmulator ? 'Contoso Careers' : 'My workspace';
  const slug = withEmulator ? 'contoso-careers' : 'my-workspace';
  const { workspaceId, memberId } = await createWorkspace(deps, { name, slug, owner });
  if (withEmulator) await addDana(world, workspaceId, memberId);
  return {
    ownerId: memberId,
    ownerName: owner.name,
    bookingUrl: withEmulator ? await someBookingUrl(world) : undefined,
  };
}

async function addDana(world: World, workspaceId: string, ownerId: string): Promise<void> {
  const deps = { db: world.database.db, now: () => new Date() };
  const dana = {
    email: 'dana.reyes@contoso.example',
    name: 'Dana Reyes',
    role: 'operator' as const,
    timeZone: 'Europe/Berlin',
  };
  const danaMemberId = await addMember(deps, workspaceId, dana);
  const rules = {
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    minNoticeMinutes: 120,
    horizonDays: 60,
    schedule: defaultSchedule,
    active: true,
  };
  await createEventType(deps, workspaceId, {
    ...rules,
    hostId: danaMemberId,
    slug: 'intro-call',
    title: 'Intro call',
    description: 'Half an hour to get to know each other and to see how we can help.',
    durationMinutes: 30,
    slotStepMinutes: 30,
    timeZone: 'Europe/Berlin',
    reminders: [24 * 60],
  });
  await createEventType(deps, workspaceId, {
    ...rules,
    hostId: danaMemberId,
    slug: 'mock-interview',
    title: 'Mock interview',
    description: 'Practise a real interview. Dana looks at your request and answers it, usually on the same day.',
    schedule: null,
    durationMinutes: 45,
    durationChoices: [60],
    slotStepMinutes: 15,
    timeZone: 'Europe/Berlin',
    needsApproval: true,
  });
  await createEventType(deps, workspaceId, {
    ...rules,
    hostId: danaMemberId,
    slug: 'cv-workshop',
    title: 'CV workshop',
    description: 'An hour in a small group: bring the page you are least sure of.',
    durationMinutes: 60,
    slotStepMinutes: 120,
    timeZone: 'Europe/Berlin',
    capacity: 6,
    invitations: 'parley',
    reminders: [24 * 60, 60],
  });
  await addContacts(deps, workspaceId);
  await createEventType(deps, workspaceId, {
    ...rules,
    hostId: ownerId,
    slug: 'careers-advice',
    title: 'Careers advice',
    description: 'Bring your CV and your questions.',
    durationMinutes: 45,
    slotStepMinutes: 15,
    timeZone: 'Europe/London',
  });
  const { publicUrl } = world.config.server;
  const person = createPerson(fetch);
  await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, danaMemberId)}`);
  await connectTeams(person, publicUrl, danaId);
}

/** People outside whom the attendee picker finds. */
async function addContacts(deps: { db: World['database']['db']; now: () => Date }, workspaceId: string): Promise<void> {
  const { id: organisationId } = await createOrganisation(deps, workspaceId, {
    externalId: null,
    name: 'Harbour Street School',
    defaultEmail: 'office@harbourstreet.example',
  });
  const people = [
    ['Noor Adeyemi', 'noor.adeyemi@harbourstreet.example'],
    ['Felix Brandão', 'felix.brandao@harbourstreet.example'],
  ] as const;
  for (const [name, email] of people)
    await createContact(deps, workspaceId, {
      externalId: null,
      name,
      email,
      organisationId,
      timeZone: 'Europe/London',
      locale: 'en',
    });
}

async function findOwner({ database }: World) {
  const row = await database.db
    .selectFrom('members')
    .select(['id', 'name'])
    .where('role', '=', 'owner')
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
  return row && { ownerId: row.id, ownerName: row.name };
}

/** A booking page that takes bookings: its host has a connection. */
async function someBookingUrl({ database, config }: World): Promise<string | undefined> {
  const row = await database.db
    .selectFrom('event_types')
    .innerJoin('workspaces', 'workspaces.id', 'event_types.workspace_id')
    .innerJoin('event_type_operators', 'event_type_operators.event_type_id', 'event_types.id')
    .innerJoin('connections', 'connections.member_id', 'event_type_operators.member_id')
    .select(['workspaces.slug as workspace', 'event_types.slug'])
    .where('event_types.active', '=', true)
    .where('connections.status', '=', 'connected')
    .orderBy('event_types.created_at')
    .limit(1)
    .executeTakeFirst();
  return row && `${config.server.publicUrl}/book/${row.workspace}/${row.slug}`;
}
