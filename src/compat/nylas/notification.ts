import { createHmac } from 'node:crypto';
import type { Kysely } from 'kysely';
import { splitScopes, type ConnectionRow } from '../../connections/connection.ts';
import type { Database } from '../../database/schema.ts';
import type { HeardLine, MessageFormat, NylasType, Word } from '../../webhooks/format.ts';
import { mostPayloadBytes } from '../../webhooks/webhook.ts';
import { epoch } from './envelope.ts';
import { calendarIdOf } from './calendars.ts';
import { presentEventV3 } from './event-json.ts';

/** What Nylas calls what happens in Parley. An event is updated when it is wanted differently, and when it has its link. */
const words: readonly (Word & { name: NylasType })[] = [
  { name: 'event.created', type: 'meeting.created', throughConnection: true },
  { name: 'event.updated', type: 'meeting.changed', throughConnection: true },
  { name: 'event.updated', type: 'meeting.conference_assigned', throughConnection: true },
  { name: 'event.updated', type: 'meeting.join_url_changed', throughConnection: true },
  { name: 'event.deleted', type: 'meeting.cancelled', throughConnection: true },
  { name: 'grant.created', type: 'connection.created', holding: { renewed: false } },
  { name: 'grant.updated', type: 'connection.created', holding: { renewed: true } },
  { name: 'grant.deleted', type: 'connection.deleted' },
  { name: 'grant.expired', type: 'connection.expired' },
];

/** Nylas' numbers of what happens to grants. */
const codes: Record<string, number> = {
  'grant.created': 25012,
  'grant.updated': 25014,
  'grant.deleted': 25013,
  'grant.expired': 25009,
};

type Thing = Record<string, unknown>;
export type Notification = {
  specversion: '1.0';
  type: string;
  source: string;
  id: string;
  time: number;
  data: { application_id: string; object: Thing };
};

/**
 * Messages as receivers expect them that were written for Nylas. What is kept names the thing alone; what it is like is read
 * at each attempt, so that no join link lies in a log and a late message tells nothing that is over.
 */
export function nylasFormat({ db }: { db: Kysely<Database> }): MessageFormat {
  return {
    words,
    challenges: true,
    keep: (line) => JSON.stringify(ofLine(line)),
    ask: ({ type, id, at, endpoint }) =>
      JSON.stringify(notification(type, { id, at, workspaceId: endpoint.workspace_id, object: {} })),
    async body({ workspace_id: workspaceId, payload, attempts }) {
      const kept = JSON.parse(payload) as Notification; // our own text, from `keep`, `ask` or a sample
      const object = await findThing(db, workspaceId, kept);
      return firstThatFits(
        [object, { ...object, description: '' }, kept.data.object].map((one) => withObject(kept, one, attempts + 1)),
      );
    },
    // In a rotation, receivers change over to the new secret at once: there is room for one signature.
    headers: (body, [secret = '']) => ({
      'x-nylas-signature': createHmac('sha256', secret).update(body).digest('hex'),
    }),
  };
}

type About = { id: string; at: Date; workspaceId: string; object: Thing };

/** A message in the form of CloudEvents, but for its time, which is in seconds. */
export function notification(type: string, { id, at, workspaceId, object }: About): Notification {
  return {
    specversion: '1.0',
    type,
    source: type.startsWith('event.') ? '/microsoft/events/realtime' : '/nylas/system',
    id,
    time: epoch(at),
    data: { application_id: workspaceId, object },
  };
}

function ofLine(line: HeardLine): Notification {
  const { name, message_id: id, created_at: at, workspace_id: workspaceId } = line;
  return notification(name, { id, at, workspaceId, object: nameOf(line) });
}

/** What a line is about, by its ids. */
function nameOf({
  name,
  meeting_id: id,
  meeting_connection_id: through,
  connection_id: connectionId,
}: HeardLine): Thing {
  if (through === null) return { code: codes[name], grant_id: connectionId, provider: 'microsoft' };
  return { object: 'event', id, grant_id: through, calendar_id: calendarIdOf({ id: through }) };
}

/** What a message is about as it is now; what is gone stays as it was named. */
async function findThing(db: Kysely<Database>, workspaceId: string, { type, data: { object } }: Notification) {
  const { id, grant_id: grantId } = object;
  if (type === 'event.deleted' || type === 'grant.deleted' || typeof grantId !== 'string') return object;
  const grant = await db
    .selectFrom('connections')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', grantId)
    .executeTakeFirst();
  if (!grant) return object;
  if (!type.startsWith('event.')) return { ...object, ...presentGrant(type, grant) };
  const event = await db
    .selectFrom('meetings')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', typeof id === 'string' ? id : '')
    .executeTakeFirst();
  return event ? presentEventV3(event, grant) : object;
}

function presentGrant(type: string, row: ConnectionRow): Thing {
  const grant = { integration_id: row.registration_id, email: row.account_email };
  if (type === 'grant.expired') return { ...grant, grant_updated_at: epoch(row.updated_at) };
  return {
    ...grant,
    name: row.account_name,
    scope: splitScopes(row.granted_scopes),
    metadata: row.metadata,
    ...(type === 'grant.updated' && { reauthentication_flag: true }),
  };
}

function withObject(kept: Notification, object: Thing, attempt: number): string {
  return JSON.stringify({ ...kept, webhook_delivery_attempt: attempt, data: { ...kept.data, object } });
}

/** The last one always does. */
function firstThatFits(bodies: string[]): string {
  return bodies.find((body) => Buffer.byteLength(body) < mostPayloadBytes) ?? bodies.at(-1) ?? '';
}
