import type { Kysely, Selectable } from 'kysely';
import type {
  AppCredentials,
  AppRegistrations,
  CalendarMethod,
  Database,
  WebhookEndpoints,
} from '../database/schema.ts';
import { newId } from '../id.ts';
import type { Queue } from '../jobs/queue.ts';
import { connectAgainLetter, type ConnectAgainFacts } from './connect-again-letter.ts';
import { credentialLetter, credentialTemplate, reconnectLetter, webhookLetter } from './administrator-letter.ts';
import type { EmailContent, SendMail } from './email.ts';
import { chooseLocale, type Locale } from './locale.ts';
import { findOwnText } from './own-texts.ts';
import type { TemplateName } from './template.ts';

export { bookingLetter, calendarSummary, isForStaff } from './booking-letter.ts';
export type { BookingFacts, BookingTemplate } from './booking-letter.ts';
export { chooseLocale, textsOf } from './locale.ts';
export type { Locale } from './locale.ts';
export { findOwnText } from './own-texts.ts';
export { writeMime } from './transport.ts';
export { visitorLinkLetter } from './visitor-letter.ts';

export type EmailDeps = {
  db: Kysely<Database>;
  now: () => Date;
  queue: Queue;
  /** `undefined` where e-mail is not configured. */
  sendMail: SendMail | undefined;
};

/** `known`: this person has been told, or is about to be. `off`: e-mail is not configured, nothing was written. */
export type QueueResult = 'queued' | 'known' | 'off';

export type NewEmail = {
  workspaceId: string | null;
  to: string;
  about: string;
  message: EmailContent;
  template?: TemplateName;
  locale?: Locale;
  booking?: { id: string; start: Date };
  calendar?: { method: CalendarMethod; file: string } | undefined;
  linkFollows?: boolean;
  replyTo?: string | undefined;
  unsubscribeUrl?: string | undefined;
  /** It waits until then. */
  notBefore?: Date | undefined;
};

/**
 * Queues a mail in the caller's transaction (`db`). Whatever happens, one person gets one mail about one thing: `about`
 * names it, such as `credential:cre_…:30`.
 */
export async function queueEmail(deps: EmailDeps, email: NewEmail): Promise<QueueResult> {
  if (!deps.sendMail) return 'off';
  const created = await deps.db
    .insertInto('emails')
    .values({
      id: newId('eml'),
      workspace_id: email.workspaceId,
      // One person, however their address was typed.
      recipient: email.to.toLowerCase(),
      ...email.message,
      about: email.about,
      template: email.template ?? null,
      locale: email.locale ?? 'en',
      booking_id: email.booking?.id ?? null,
      starts_at: email.booking?.start ?? null,
      calendar: email.calendar?.file ?? null,
      calendar_method: email.calendar?.method ?? null,
      link_follows: email.linkFollows ?? false,
      reply_to: email.replyTo ?? null,
      unsubscribe_url: email.unsubscribeUrl ?? null,
      status: 'queued',
      retry_at: email.notBefore ?? deps.now(),
      created_at: deps.now(),
    })
    .onConflict((conflict) => conflict.columns(['about', 'recipient']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!created) return 'known';
  const waitMs = Math.max(0, (email.notBefore?.getTime() ?? 0) - deps.now().getTime());
  await enqueueEmail(deps, created.id, waitMs);
  return 'queued';
}

/**
 * Writes a mail anew that still waits; false where it may be on its way already. Part of the caller's transaction.
 */
export async function rewriteWaiting(
  deps: EmailDeps,
  id: string,
  { message, calendar, linkFollows }: Pick<NewEmail, 'message' | 'calendar' | 'linkFollows'>,
): Promise<boolean> {
  const written = await deps.db
    .updateTable('emails')
    .set({
      ...message,
      calendar: calendar?.file ?? null,
      link_follows: linkFollows ?? false,
      retry_at: deps.now(),
    })
    .where('id', '=', id)
    .where('status', '=', 'queued')
    .where('retry_at', '>', new Date(deps.now().getTime() + onItsWayMs))
    .returning('id')
    .executeTakeFirst();
  if (!written) return false;
  await enqueueEmail(deps, id);
  return true;
}

/** So long before its time a mail may be sent by a process whose clock differs, with some time to spare. */
const onItsWayMs = 2000;

type Warning = { workspaceId: string; about: string };

type CredentialWarning = {
  workspaceId: string;
  credential: Pick<Selectable<AppCredentials>, 'id' | 'kind' | 'name'> & { expires_at: Date };
  registration: Pick<Selectable<AppRegistrations>, 'id' | 'name' | 'client_id'>;
  /** The threshold that was passed; each is told of once. */
  days: number;
};

type WarningDeps = EmailDeps & { publicUrl: string };

/**
 * Queues a mail to each owner and admin of the workspace, in the caller's transaction (`db`), and returns what became
 * of each: nothing is queued twice, and nothing at all where e-mail is not configured.
 */
export async function queueCredentialWarning(
  deps: WarningDeps,
  { workspaceId, credential, registration, days }: CredentialWarning,
): Promise<QueueResult[]> {
  const facts = {
    credential: { ...credential, expiresAt: credential.expires_at },
    registration: { ...registration, clientId: registration.client_id },
    now: deps.now(),
  };
  const about = `credential:${credential.id}:${days}`;
  return tellAdministrators(deps, { workspaceId, about }, credentialTemplate(facts), (told) =>
    credentialLetter({ ...facts, ...told }),
  );
}

type Endpoint = Pick<Selectable<WebhookEndpoints>, 'id' | 'workspace_id' | 'url' | 'also_warn'>;
type WebhookWarning = Endpoint & { failing_since: Date };

/** {@link queueCredentialWarning} for a webhook endpoint to which nothing has come through since `failing_since`. */
export async function queueWebhookWarning(deps: WarningDeps, endpoint: WebhookWarning): Promise<QueueResult[]> {
  const { id, url, failing_since: failingSince } = endpoint;
  const about = `webhook:${id}:${failingSince.toISOString()}`;
  return tellOfEndpoint(deps, { ...endpoint, about }, 'webhook_failing', (told) =>
    webhookLetter({ template: 'webhook_failing', endpoint: { id, url, since: failingSince }, ...told }),
  );
}

type WebhookNews = Endpoint & { disabled_at: Date };

/** {@link queueCredentialWarning} for a webhook endpoint that was switched off at `disabled_at`, and answers again. */
export async function queueWebhookResumed(deps: WarningDeps, endpoint: WebhookNews): Promise<QueueResult[]> {
  const { id, url, disabled_at: disabledAt } = endpoint;
  const about = `webhook-resumed:${id}:${disabledAt.toISOString()}`;
  return tellOfEndpoint(deps, { ...endpoint, about }, 'webhook_resumed', (told) =>
    webhookLetter({ template: 'webhook_resumed', endpoint: { id, url, since: disabledAt }, ...told }),
  );
}

/** The administrators first: who is one of them is told as such. */
async function tellOfEndpoint(
  deps: WarningDeps,
  { workspace_id: workspaceId, also_warn: addresses, about }: Endpoint & { about: string },
  template: TemplateName,
  write: Write,
): Promise<QueueResult[]> {
  const results = await tellAdministrators(deps, { workspaceId, about }, template, write);
  if (addresses.length === 0) return results;
  const { name: workspaceName, locale } = await deps.db
    .selectFrom('workspaces')
    .select(['name', 'locale'])
    .where('id', '=', workspaceId)
    .executeTakeFirstOrThrow();
  for (const address of addresses.toSorted()) {
    const reader = { name: address, timeZone: 'UTC', locale: chooseLocale(locale), workspaceName, isNamed: true };
    results.push(await tellOne(deps, { workspaceId, about, template, to: address, reader }, write));
  }
  return results;
}

type ReconnectWarning = Warning & { memberId: string; memberName: string; account: string };

/** {@link queueCredentialWarning} for an account that has to be connected again; its member is told, too. */
export async function queueReconnectNeeded(deps: WarningDeps, warning: ReconnectWarning): Promise<QueueResult[]> {
  return tellAdministrators(
    deps,
    warning,
    'reconnect_needed',
    (told) => reconnectLetter({ ...warning, ...told }),
    warning.memberId,
  );
}

type ConnectAgain = Warning & { to: string; facts: Omit<ConnectAgainFacts, 'text'> };

/** Queues a mail that asks the owner of an account to connect it again, in the caller's transaction (`db`). */
export async function queueConnectAgain(
  deps: EmailDeps,
  { workspaceId, about, to, facts }: ConnectAgain,
): Promise<QueueResult> {
  const template = 'connect_again';
  const { locale } = facts.reader;
  const text = await findOwnText(deps.db, { workspaceId, template, locale });
  const message = connectAgainLetter({ ...facts, text });
  return queueEmail(deps, { workspaceId, to, about, message, template, locale });
}

type Told = Parameters<typeof webhookLetter>[0]['reader'];

type Write = (facts: {
  reader: Told;
  publicUrl: string;
  text: Awaited<ReturnType<typeof findOwnText>>;
}) => EmailContent;

async function tellAdministrators(
  deps: WarningDeps,
  { workspaceId, about }: Warning,
  template: TemplateName,
  write: Write,
  alsoMemberId?: string,
): Promise<QueueResult[]> {
  const results: QueueResult[] = [];
  for (const member of await findAdministrators(deps, workspaceId, alsoMemberId)) {
    const reader = {
      name: member.name,
      timeZone: member.time_zone,
      locale: chooseLocale(member.locale),
      workspaceName: member.workspace_name,
    };
    results.push(await tellOne(deps, { workspaceId, about, template, to: member.email, reader }, write));
  }
  return results;
}

type Telling = Warning & { template: TemplateName; to: string; reader: Told };

async function tellOne(
  deps: WarningDeps,
  { workspaceId, about, template, to, reader }: Telling,
  write: Write,
): Promise<QueueResult> {
  if (!deps.sendMail) return 'off';
  const { locale } = reader;
  const text = await findOwnText(deps.db, { workspaceId, template, locale });
  const message = write({ reader, publicUrl: deps.publicUrl, text });
  return queueEmail(deps, { workspaceId, to, about, message, template, locale });
}

/** Always in the same order, so that two processes never wait for each other. */
async function findAdministrators({ db }: Pick<EmailDeps, 'db'>, workspaceId: string, alsoMemberId = '') {
  return db
    .selectFrom('members')
    .innerJoin('workspaces', 'workspaces.id', 'members.workspace_id')
    .select(['members.email', 'members.name', 'members.time_zone', 'members.locale'])
    .select('workspaces.name as workspace_name')
    .where('members.workspace_id', '=', workspaceId)
    .where((where) =>
      where.or([where('members.role', 'in', ['owner', 'admin']), where('members.id', '=', alsoMemberId)]),
    )
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
