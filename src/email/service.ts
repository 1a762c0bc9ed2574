import type { Kysely, Selectable } from 'kysely';
import type { AppCredentials, AppRegistrations, Database, WebhookEndpoints } from '../database/schema.ts';
import { newId } from '../id.ts';
import type { Queue } from '../jobs/queue.ts';
import type { EmailContent, SendMail } from './email.ts';
import { credentialExpiring } from './templates/credential-expiring.ts';
import { webhookFailing } from './templates/webhook-failing.ts';

export type EmailDeps = {
  db: Kysely<Database>;
  now: () => Date;
  queue: Queue;
  /** `undefined` where e-mail is not configured. */
  sendMail: SendMail | undefined;
};

/** `known`: this person has been told, or is about to be. `off`: e-mail is not configured, nothing was written. */
export type QueueResult = 'queued' | 'known' | 'off';

type NewEmail = { workspaceId: string | null; to: string; about: string; message: EmailContent };

/**
 * Queues a mail in the caller's transaction (`db`). Whatever happens, one person gets one mail about one thing: `about`
 * names it, such as `credential:cre_…:30`.
 */
export async function queueEmail(deps: EmailDeps, { workspaceId, to, about, message }: NewEmail): Promise<QueueResult> {
  if (!deps.sendMail) return 'off';
  const created = await deps.db
    .insertInto('emails')
    .values({
      id: newId('eml'),
      workspace_id: workspaceId,
      recipient: to,
      ...message,
      about,
      status: 'queued',
      retry_at: deps.now(),
      created_at: deps.now(),
    })
    .onConflict((conflict) => conflict.columns(['about', 'recipient']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!created) return 'known';
  await enqueueEmail(deps, created.id);
  return 'queued';
}

type CredentialWarning = {
  workspaceId: string;
  credential: Pick<Selectable<AppCredentials>, 'id' | 'kind' | 'name'> & { expires_at: Date };
  registration: Pick<Selectable<AppRegistrations>, 'id' | 'name' | 'client_id'>;
  /** The threshold that was passed; each is told of once. */
  days: number;
};

/**
 * Queues a mail to each owner and admin of the workspace, in the caller's transaction (`db`), and returns what became
 * of each: nothing is queued twice, and nothing at all where e-mail is not configured.
 */
export async function queueCredentialWarning(
  deps: EmailDeps & { publicUrl: string },
  { workspaceId, credential, registration, days }: CredentialWarning,
): Promise<QueueResult[]> {
  const members = await findAdministrators(deps, workspaceId);
  const results: QueueResult[] = [];
  for (const member of members) {
    const message = credentialExpiring({
      credential: { ...credential, expiresAt: credential.expires_at },
      registration: { ...registration, clientId: registration.client_id },
      member: { name: member.name, timeZone: member.time_zone },
      workspaceName: member.workspace_name,
      publicUrl: deps.publicUrl,
      now: deps.now(),
    });
    const about = `credential:${credential.id}:${days}`;
    results.push(await queueEmail(deps, { workspaceId, to: member.email, about, message }));
  }
  return results;
}

type WebhookWarning = Pick<Selectable<WebhookEndpoints>, 'id' | 'workspace_id' | 'url'> & { failing_since: Date };

/** {@link queueCredentialWarning} for a webhook endpoint to which nothing has come through since `failing_since`. */
export async function queueWebhookWarning(
  deps: EmailDeps & { publicUrl: string },
  endpoint: WebhookWarning,
): Promise<QueueResult[]> {
  const results: QueueResult[] = [];
  for (const member of await findAdministrators(deps, endpoint.workspace_id)) {
    const message = webhookFailing({
      endpoint: { id: endpoint.id, url: endpoint.url, failingSince: endpoint.failing_since },
      member: { name: member.name, timeZone: member.time_zone },
      workspaceName: member.workspace_name,
      publicUrl: deps.publicUrl,
    });
    const about = `webhook:${endpoint.id}:${endpoint.failing_since.toISOString()}`;
    results.push(await queueEmail(deps, { workspaceId: endpoint.workspace_id, to: member.email, about, message }));
  }
  return results;
}

/** Always in the same order, so that two processes never wait for each other. */
async function findAdministrators({ db }: Pick<EmailDeps, 'db'>, workspaceId: string) {
  return db
    .selectFrom('members')
    .innerJoin('workspaces', 'workspaces.id', 'members.workspace_id')
    .select(['members.email', 'members.name', 'members.time_zone', 'workspaces.name as workspace_name'])
    .where('members.workspace_id', '=', workspaceId)
    .where('members.role', 'in', ['owner', 'admin'])
    .orderBy('members.email')
    .execute();
}

/** Asks for a run of the mail's job, in the caller's transaction. */
export async function enqueueEmail({ db, queue }: Pick<EmailDeps, 'db' | 'queue'>, emailId: string, delayMs = 0) {
  await queue.send(db, 'send-email', { emailId }, { singletonKey: emailId, startAfterMs: delayMs });
}

/** Enqueues every mail whose time has come and that has no job; part of the regular sweep. */
export async function sweepEmails(deps: EmailDeps, limit = 500): Promise<void> {
  if (!deps.sendMail) return;
  const rows = await deps.db
    .selectFrom('emails')
    .select('id')
    .where('status', '=', 'queued')
    .where('retry_at', '<=', deps.now())
    .orderBy('retry_at')
    .limit(limit)
    .execute();
  for (const { id } of rows) await enqueueEmail(deps, id);
}
