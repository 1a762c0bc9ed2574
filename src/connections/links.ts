import type { Selectable } from 'kysely';
import { hashToken, newSecretToken } from '../access/secret-token.ts';
import type { ConnectLinks } from '../database/schema.ts';
import { newId } from '../id.ts';
import { isPersonalTenant } from '../microsoft/permissions.ts';
import { toProblem } from '../microsoft/problems.ts';
import { Problem } from '../problem.ts';
import type { App } from '../registrations/apps.ts';
import { redeemAttempt, startAttempt, useAttempt } from './attempts.ts';
import { issueCode } from './connection-tokens.ts';
import { splitScopes, type ConnectionRow } from './connection.ts';
import { configured, getConnection, storeConnectionIn, whomToAsk, type ConnectionDeps } from './service.ts';

export type LinkRow = Selectable<ConnectLinks>;

/** Nobody opens these again: they are of use while Microsoft is asked. */
const onTheWaySeconds = 3600;

/** What an application asks of somebody: to connect an account. What is left out is not asked, or not remembered. */
export type NewLink = {
  /** Where the person is sent afterwards, as the workspace lists it; without it, a page says that they are done. */
  returnUri?: string | undefined;
  returnState?: string | undefined;
  loginHint?: string | undefined;
  externalId?: string | undefined;
  metadata?: Record<string, unknown> | undefined;
  /** The connection that is to be renewed, with its own account and no other. */
  connectionId?: string | undefined;
  /** Beside those that meetings need. */
  scopes?: readonly string[] | undefined;
  expiresInSeconds?: number | undefined;
  answer: LinkRow['answer'];
  codeChallenge?: string | undefined;
  offline?: boolean | undefined;
};

/** How the run that a link began ended. `code` is for those who asked for one. */
export type LinkOutcome =
  | { kind: 'connected'; link: LinkRow; connection: ConnectionRow; code: string | undefined }
  | { kind: 'refused'; link: LinkRow; problem: Problem };

/**
 * Makes a link by which anybody connects an account of theirs. Throws `return_uri_not_allowed`,
 * `meetings_not_configured`, `app_credential_missing`, and `invalid_request` for a connection that it cannot renew.
 */
export async function createLink(
  deps: ConnectionDeps,
  workspaceId: string,
  wanted: NewLink,
): Promise<{ row: LinkRow; token: string }> {
  const token = newSecretToken('parley_connect');
  const row = await insertLink(deps, workspaceId, { ...wanted, tokenHash: hashToken(token), openedBy: null });
  return { row, token };
}

/**
 * Begins at once what a link would begin: for an address that an application sends a browser to. Gives the address of
 * Microsoft's sign-in page. Throws what {@link createLink} throws.
 */
export async function startWithoutLink(
  deps: ConnectionDeps,
  workspaceId: string,
  { browser, prompt, ...wanted }: NewLink & { browser: string; prompt?: 'select_account' | undefined },
): Promise<string> {
  const row = await insertLink(deps, workspaceId, {
    ...wanted,
    expiresInSeconds: onTheWaySeconds,
    tokenHash: null,
    openedBy: hashToken(browser),
  });
  return startByLink(deps, row, prompt);
}

async function insertLink(deps: ConnectionDeps, workspaceId: string, wanted: NewLink & OpenedBy): Promise<LinkRow> {
  const { returnUri, connectionId } = wanted;
  const workspace = await getReturnRules(deps, workspaceId);
  if (returnUri !== undefined && !workspace.return_uris.includes(returnUri))
    throw new Problem('return_uri_not_allowed');
  const app = configured(await deps.apps.findForSignIn(workspaceId));
  await deps.apps.requireCredential(app);
  if (connectionId !== undefined) await getRenewable(deps, workspaceId, connectionId);
  const expiresInSeconds = wanted.expiresInSeconds ?? workspace.connect_link_seconds;
  return writeLink(deps, workspaceId, app, { ...wanted, expiresInSeconds });
}

/**
 * A link by which somebody who is no member renews their connection, in the caller's transaction; gives its secret. `app`
 * is what people sign in through today, and has a credential.
 */
export async function createRenewalLink(
  deps: Pick<ConnectionDeps, 'db' | 'now'>,
  app: App,
  { id, workspace_id: workspaceId, account_email: account }: ConnectionRow,
  expiresInSeconds: number,
): Promise<string> {
  const token = newSecretToken('parley_connect');
  await writeLink(deps, workspaceId, app, {
    connectionId: id,
    loginHint: account ?? undefined,
    answer: 'connection',
    expiresInSeconds,
    tokenHash: hashToken(token),
    openedBy: null,
  });
  return token;
}

type OpenedBy = { tokenHash: Buffer | null; openedBy: Buffer | null };

async function writeLink(
  { db, now }: Pick<ConnectionDeps, 'db' | 'now'>,
  workspaceId: string,
  app: App,
  wanted: NewLink & OpenedBy & { expiresInSeconds: number },
): Promise<LinkRow> {
  return db
    .insertInto('connect_links')
    .values({
      id: newId('cln'),
      workspace_id: workspaceId,
      token_hash: wanted.tokenHash,
      registration_id: app.registrationId,
      scopes: allScopes(app, wanted.scopes ?? []).join(' '),
      return_uri: wanted.returnUri ?? null,
      return_state: wanted.returnState ?? null,
      login_hint: wanted.loginHint ?? null,
      external_id: wanted.externalId ?? null,
      metadata: JSON.stringify(wanted.metadata ?? {}),
      connection_id: wanted.connectionId ?? null,
      answer: wanted.answer,
      code_challenge: wanted.codeChallenge ?? null,
      offline: wanted.offline ?? true,
      expires_at: new Date(now().getTime() + wanted.expiresInSeconds * 1000),
      opened_at: wanted.openedBy && now(),
      opened_by: wanted.openedBy,
      created_at: now(),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A link that can still be opened. Throws `connect_link_expired`. */
export async function getOpenLink(deps: Pick<ConnectionDeps, 'db' | 'now'>, token: string): Promise<LinkRow> {
  return deps.db
    .selectFrom('connect_links')
    .selectAll()
    .where('token_hash', '=', hashToken(token))
    .where('expires_at', '>', deps.now())
    .where('finished_at', 'is', null)
    .executeTakeFirstOrThrow(() => new Problem('connect_link_expired'));
}

/**
 * Opens a link for one browser, which may open it again until it is done; no other one can. Gives the address of
 * Microsoft's sign-in page. Throws `connect_link_expired`.
 */
export async function openLink(deps: ConnectionDeps, token: string, browser: string): Promise<string> {
  const link = await getOpenLink(deps, token);
  const opened = await deps.db
    .updateTable('connect_links')
    .set({ opened_at: deps.now(), opened_by: hashToken(browser) })
    .where('id', '=', link.id)
    .where('finished_at', 'is', null)
    .where((where) => where.or([where('opened_at', 'is', null), where('opened_by', '=', hashToken(browser))]))
    .returningAll()
    .executeTakeFirstOrThrow(() => new Problem('connect_link_expired'));
  return startByLink(deps, opened);
}

/**
 * Ends what a link began, with what Microsoft sent to the callback. Refusals are part of the outcome: the application is
 * told. Throws `state_mismatch` for another browser, another time or a state that was used.
 */
export async function finishLink(
  deps: ConnectionDeps,
  { browser, params }: { browser: string; params: URLSearchParams },
): Promise<LinkOutcome> {
  const attempt = await useAttempt(deps, { openedBy: hashToken(browser) }, params.get('state') ?? '');
  const link = await deps.db
    .selectFrom('connect_links')
    .selectAll()
    .where('id', '=', attempt.link_id)
    .executeTakeFirstOrThrow(() => new Problem('state_mismatch'));
  try {
    const { app, tokens, account } = await redeemAttempt(deps, attempt, params);
    if (isPersonalTenant(account.tenantId)) throw new Problem('personal_account');
    await deps.dataKeys(link.workspace_id); // before the transaction, which would want a second connection for it
    const owner = {
      workspaceId: link.workspace_id,
      memberId: null,
      registrationId: app.registrationId,
      externalId: link.external_id,
      ...(Object.keys(link.metadata).length > 0 && { metadata: link.metadata }),
    };
    return await deps.db.transaction().execute(async (trx) => {
      const inTrx = { ...deps, db: trx };
      const connection = await storeConnectionIn(deps, trx, owner, { tokens, account });
      if (link.connection_id !== null && link.connection_id !== connection.id) throw new Problem('other_account');
      await closeLink(inTrx, link, connection);
      const code = link.answer === 'code' ? await issueCode(inTrx, link, connection) : undefined;
      return { kind: 'connected', link, connection, code };
    });
  } catch (error) {
    const problem = toProblem(error);
    if (problem.code === 'internal_error') throw error; // nothing that the application could do about it
    return { kind: 'refused', link, problem };
  }
}

/** Throws `not_found`, also for another workspace's link. */
export async function getLink(deps: Pick<ConnectionDeps, 'db'>, workspaceId: string, id: string): Promise<LinkRow> {
  return deps.db
    .selectFrom('connect_links')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

/** Lets a link end before its time. Throws `not_found`. */
export async function withdrawLink(deps: Pick<ConnectionDeps, 'db'>, workspaceId: string, id: string): Promise<void> {
  const gone = await deps.db
    .deleteFrom('connect_links')
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst();
  if (gone.numDeletedRows === 0n) throw new Problem('not_found');
}

const keptAfterEndMs = 24 * 60 * 60_000;

/** Forgets links a day after their end; part of the regular sweep. */
export async function forgetEndedLinks({ db, now }: Pick<ConnectionDeps, 'db' | 'now'>): Promise<void> {
  const before = new Date(now().getTime() - keptAfterEndMs);
  await db.deleteFrom('connect_links').where('expires_at', '<', before).execute();
}

async function startByLink(deps: ConnectionDeps, link: LinkRow, prompt?: 'select_account'): Promise<string> {
  const app = await deps.apps.get(link.workspace_id, link.registration_id);
  const known =
    link.connection_id === null ? undefined : await getConnection(deps, link.workspace_id, link.connection_id);
  return startAttempt(deps, {
    workspaceId: link.workspace_id,
    who: { linkId: link.id },
    app,
    scopes: splitScopes(link.scopes),
    ask: prompt ? { prompt } : link.login_hint === null ? whomToAsk(known) : { loginHint: link.login_hint },
  });
}

/** Once, whoever comes back with it. Throws `connect_link_expired`. */
async function closeLink({ db, now }: Pick<ConnectionDeps, 'db' | 'now'>, link: LinkRow, { id }: ConnectionRow) {
  const closed = await db
    .updateTable('connect_links')
    .set({ finished_at: now(), connection_id: id })
    .where('id', '=', link.id)
    .where('finished_at', 'is', null)
    .executeTakeFirst();
  if (closed.numUpdatedRows === 0n) throw new Problem('connect_link_expired');
}

/** A connection that can be renewed by a link or a token: members renew their own where they are signed in. */
export async function getRenewable(
  deps: Pick<ConnectionDeps, 'db'>,
  workspaceId: string,
  id: string,
): Promise<ConnectionRow> {
  const row = await getConnection(deps, workspaceId, id).catch((error: unknown) => {
    if (error instanceof Problem) throw unfit('There is no such connection.');
    throw error;
  });
  if (row.member_id === null) return row;
  throw unfit('This connection belongs to a member, who connects again in the console.');
}

function unfit(detail: string): Problem {
  return new Problem('invalid_request', { errors: [{ pointer: '/connectionId', detail }] });
}

async function getReturnRules({ db }: Pick<ConnectionDeps, 'db'>, workspaceId: string) {
  return db
    .selectFrom('workspaces')
    .select(['return_uris', 'connect_link_seconds'])
    .where('id', '=', workspaceId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

/** What meetings need, and what the application wants beside; each once, however it is written. */
export function allScopes(app: Pick<App, 'scopes'>, wanted: readonly string[]): string[] {
  const known = new Set(app.scopes.map((scope) => scope.toLowerCase()));
  return [...app.scopes, ...wanted.filter((scope) => !known.has(scope.toLowerCase()))];
}
