import { sql, type Kysely, type Transaction } from 'kysely';
import type { Database } from '../database/schema.ts';
import { chooseLocale, queueConnectAgain, type EmailDeps } from '../email/service.ts';
import { isPersonalTenant, missingScopes } from '../microsoft/permissions.ts';
import { recordAudit, type Actor } from '../monitoring/audit.ts';
import { Problem } from '../problem.ts';
import type { App } from '../registrations/apps.ts';
import { splitScopes, type ConnectionRow } from './connection.ts';
import { createRenewalLink } from './links.ts';
import { configured, type ConnectionDeps } from './service.ts';
import { markReconnectNeeded } from './tokens.ts';

export type ReauthenticationDeps = ConnectionDeps & EmailDeps & { publicUrl: string };

/** Who is asked to connect again, and how. */
export type ReauthenticationWish = {
  /** `force`: their connections rest until they have. */
  mode: 'notify' | 'force';
  /** These alone; left out, all of the workspace. */
  connectionIds: readonly string[] | undefined;
  /** Only those that lack something of what people are asked for today. */
  onlyMissingScopes: boolean;
  /** More people than this are not asked. */
  cap: number;
  message: string;
};

/** Somebody whom it concerns: what is known of them, and what is done. */
export type Asked = {
  connection: ConnectionRow;
  /** Of the member, or of the account. */
  name: string | null;
  missingScopes: string[];
  /** Where mail reaches them. */
  address: string | null;
  /** When they were asked before. */
  lastAskedAt: Date | null;
  /** Meetings in their calendar that have not ended; of these, how many are not in step with Microsoft. */
  meetings: { ahead: number; waiting: number };
  mail: 'queued' | 'asked_recently' | 'no_address' | 'not_configured';
  /** Whether the connection is put to rest; one that needs its person already is left as it is. */
  stops: boolean;
};

type Reading = { app: App; wish: ReauthenticationWish; workspaceId: string };

const dayMs = 24 * 60 * 60_000;
/** How long the links in these mails are good. */
const linkDays = 14;

/**
 * Asks people to connect their accounts again, each in a transaction of their own: whoever was asked is not asked again
 * within a day, so that a run that broke off is simply repeated. Nothing is cancelled. Throws `mail_not_configured`,
 * `meetings_not_configured`, `app_credential_missing`, and `invalid_request` for more people than the cap.
 */
export async function askToReauthenticate(
  deps: ReauthenticationDeps,
  { workspaceId, actor }: { workspaceId: string; actor: Actor },
  wish: ReauthenticationWish,
): Promise<Asked[]> {
  if (wish.mode === 'notify' && !deps.sendMail) throw new Problem('mail_not_configured');
  const app = configured(await deps.apps.findForSignIn(workspaceId));
  await deps.apps.requireCredential(app);
  const reading = { app, wish, workspaceId };
  const found = await findConcerned(deps, reading);
  requireAtMost(wish.cap, found.filter(isDone).length);
  const asked: Asked[] = [];
  for (const one of found) {
    const { connection } = one;
    const now = isDone(one)
      ? await deps.db.transaction().execute((trx) => askOne(deps, trx, { ...reading, actor, connection }))
      : one;
    if (now) asked.push(now);
  }
  return asked;
}

/** Whether anything is done about somebody, or they are left alone. */
export function isDone({ mail, stops }: Asked): boolean {
  return mail === 'queued' || stops;
}

function requireAtMost(cap: number, people: number): void {
  if (people <= cap) return;
  const detail = `This would ask ${people} people, and at most ${cap} may be. Look who they are with dryRun=true.`;
  throw new Problem('invalid_request', { detail, errors: [{ pointer: '/cap', detail }] });
}

/** Under the lock of the connection: who asks at the same time, or renews it, comes before or after. */
async function askOne(
  deps: ReauthenticationDeps,
  trx: Transaction<Database>,
  { actor, connection, ...reading }: Reading & { actor: Actor; connection: ConnectionRow },
): Promise<Asked | undefined> {
  await trx.selectFrom('connections').select('id').where('id', '=', connection.id).forUpdate().execute();
  const inTrx = { ...deps, db: trx };
  const one = (await findConcerned(inTrx, { ...reading, only: connection.id }))[0];
  if (!one || !isDone(one)) return one;
  const { wish, workspaceId } = reading;
  if (one.mail === 'queued') await writeTo(inTrx, reading, one);
  if (one.stops) await markReconnectNeeded(trx, one.connection, new Problem('reauthentication_asked'), deps.now());
  await recordAudit(inTrx, {
    workspaceId,
    actor,
    action: 'connection.asked_again',
    subjectId: connection.id,
    details: { mode: wish.mode, written: one.mail === 'queued', stopped: one.stops },
  });
  return one;
}

async function writeTo(deps: ReauthenticationDeps, { app, wish, workspaceId }: Reading, one: Asked): Promise<void> {
  const { connection, address } = one;
  const { id, member_id: memberId } = connection;
  const to = address ?? '';
  const { name: workspaceName, locale } = await readReader(deps.db, workspaceId, memberId);
  const isMember = memberId !== null;
  const link = isMember ? undefined : await createRenewalLink(deps, app, connection, (linkDays * dayMs) / 1000);
  await queueConnectAgain(deps, {
    workspaceId,
    about: `connect-again:${id}:${deps.now().toISOString()}`,
    to,
    facts: {
      reader: { name: one.name ?? to, locale: chooseLocale(locale) },
      workspaceName,
      account: connection.account_email ?? to,
      url: `${deps.publicUrl}${link === undefined ? '/console/microsoft-365/integrations' : `/connect/to/${link}`}`,
      linkDays: isMember ? undefined : linkDays,
      rests: wish.mode === 'force',
      message: wish.message,
    },
  });
  await deps.db.updateTable('connections').set({ asked_to_reconnect_at: deps.now() }).where('id', '=', id).execute();
}

/** The workspace, and the language of the member; of somebody who is none, the workspace's. */
async function readReader(db: Kysely<Database>, workspaceId: string, memberId: string | null) {
  return db
    .selectFrom('workspaces')
    .leftJoin('members', (join) =>
      join.onRef('members.workspace_id', '=', 'workspaces.id').on('members.id', '=', memberId ?? ''),
    )
    .select(['workspaces.name', sql<string>`coalesce(members.locale, workspaces.locale)`.as('locale')])
    .where('workspaces.id', '=', workspaceId)
    .executeTakeFirstOrThrow();
}

/** Always in the same order, so that two who ask at once never wait for each other in a circle. */
async function findConcerned(
  deps: ReauthenticationDeps,
  { app, wish, workspaceId, only }: Reading & { only?: string },
): Promise<Asked[]> {
  const rows = await readConnections(deps.db, workspaceId, only === undefined ? wish.connectionIds : [only]);
  if (only === undefined) requireKnown(wish, rows);
  const meetings = await readMeetings(deps, workspaceId, only === undefined ? undefined : rows[0]);
  return rows
    .filter(({ tenant_id: tenantId }) => !isPersonalTenant(tenantId))
    .map(({ member_name, member_email, ...connection }) => {
      const missing = missingScopes(app.scopes, splitScopes(connection.granted_scopes));
      const address = connection.member_id === null ? connection.account_email : member_email;
      return {
        connection,
        name: member_name ?? connection.account_name,
        missingScopes: missing,
        address: address?.includes('@') ? address : null,
        lastAskedAt: connection.asked_to_reconnect_at,
        meetings: meetings.get(mailboxKey(connection.tenant_id, connection.object_id)) ?? { ahead: 0, waiting: 0 },
      };
    })
    .filter(({ missingScopes: missing }) => !wish.onlyMissingScopes || missing.length > 0)
    .map((one) => ({ ...one, ...whatIsDone(deps, wish, one) }));
}

/**
 * One mail a day. Whoever was asked and lacks nothing has perhaps come back already: their connection is not put to rest
 * then.
 */
function whatIsDone(
  { now, sendMail }: Pick<ReauthenticationDeps, 'now' | 'sendMail'>,
  { mode }: ReauthenticationWish,
  { connection, missingScopes: missing, address, lastAskedAt }: Omit<Asked, 'mail' | 'stops'>,
): Pick<Asked, 'mail' | 'stops'> {
  const isRecent = lastAskedAt !== null && now().getTime() - lastAskedAt.getTime() < dayMs;
  const mayStop = connection.status === 'connected' && (missing.length > 0 || !isRecent);
  const reachable = address === null ? 'no_address' : isRecent ? 'asked_recently' : 'queued';
  return { mail: sendMail ? reachable : 'not_configured', stops: mode === 'force' && mayStop };
}

async function readConnections(db: Kysely<Database>, workspaceId: string, ids: readonly string[] | undefined) {
  const query = db
    .selectFrom('connections')
    .leftJoin('members', 'members.id', 'connections.member_id')
    .selectAll('connections')
    .select(['members.name as member_name', 'members.email as member_email'])
    .where('connections.workspace_id', '=', workspaceId)
    .orderBy('connections.id');
  if (ids?.length === 0) return [];
  return (ids === undefined ? query : query.where('connections.id', 'in', ids)).execute();
}

/** Throws `invalid_request` for an id that is no connection of the workspace. */
function requireKnown({ connectionIds = [] }: ReauthenticationWish, rows: readonly { id: string }[]): void {
  const known = new Set(rows.map(({ id }) => id));
  const detail = 'There is no such connection.';
  const errors = connectionIds.flatMap((id, index) =>
    known.has(id) ? [] : [{ pointer: `/connectionIds/${index}`, detail }],
  );
  if (errors.length > 0) throw new Problem('invalid_request', { errors });
}

/** Of each mailbox, or of one, the meetings that have not ended. */
async function readMeetings(
  { db, now }: Pick<ReauthenticationDeps, 'db' | 'now'>,
  workspaceId: string,
  of: Pick<ConnectionRow, 'tenant_id' | 'object_id'> | undefined,
): Promise<Map<string, Asked['meetings']>> {
  const query = db
    .selectFrom('meetings')
    .select(['tenant_id', 'organizer_id'])
    .select(({ fn }) => fn.countAll<number>().filterWhere('wanted', '=', 'scheduled').as('ahead'))
    .select(({ fn }) =>
      fn.countAll<number>().filterWhere('synced_revision', '<', sql.ref<number>('revision')).as('waiting'),
    )
    .where('workspace_id', '=', workspaceId)
    .where('access', '=', 'delegated')
    .where('ends_at', '>', now())
    .groupBy(['tenant_id', 'organizer_id']);
  const rows = await (
    of ? query.where('tenant_id', '=', of.tenant_id).where('organizer_id', '=', of.object_id) : query
  ).execute();
  return new Map(
    rows.map((row) => [mailboxKey(row.tenant_id, row.organizer_id), { ahead: row.ahead, waiting: row.waiting }]),
  );
}

function mailboxKey(tenantId: string, objectId: string): string {
  return `${tenantId}/${objectId}`;
}
