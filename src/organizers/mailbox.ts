import type { Kysely } from 'kysely';
import { findConnectionOfMailbox } from '../connections/service.ts';
import { withAccessToken, type AccessTokens } from '../connections/tokens.ts';
import type { Database, MeetingAccess } from '../database/schema.ts';
import type { CalendarAccess } from '../microsoft/calendar.ts';
import type { GraphDeps } from '../microsoft/graph.ts';
import { Problem } from '../problem.ts';
import { withAppToken, type AppTokens } from '../tenants/app-tokens.ts';
import { findTenantOfMailbox } from '../tenants/service.ts';

/** A mailbox by its tenant and object id, and on whose authority Parley acts in it. */
export type Mailbox = {
  workspaceId: string;
  tenantId: string;
  organizerId: string;
  access: MeetingAccess;
  /** By which of several connections of the tenant it was chosen; `null`: the owner's own, or one that is gone. */
  tenantConnectionId: string | null;
};

export type MailboxDeps = {
  db: Kysely<Database>;
  accessTokens: AccessTokens;
  appTokens: AppTokens;
  graph: GraphDeps;
};

export type InMailbox = { graph: GraphDeps; access: CalendarAccess };

/**
 * Runs in a mailbox: with the grant of its owner, or with the tenant's for an organizer. Whatever the workspace connects
 * later, a mailbox is reached in the way that was chosen for it. Throws `not_connected` when that way is gone.
 */
export async function inMailbox<T>(
  deps: MailboxDeps,
  mailbox: Mailbox,
  signal: AbortSignal | undefined,
  run: (call: InMailbox) => Promise<T>,
): Promise<T> {
  const given = signal && { signal };
  if (mailbox.access === 'delegated') {
    const connection = await findConnectionOfMailbox(deps, { ...mailbox, objectId: mailbox.organizerId });
    if (!connection) throw new Problem('not_connected');
    return withAccessToken(deps.accessTokens, connection.id, signal, (accessToken, baseUrl) =>
      run({ graph: { ...deps.graph, baseUrl }, access: { accessToken, mailbox: { kind: 'me' }, ...given } }),
    );
  }
  const tenant = await findTenantOfMailbox(deps, mailbox);
  if (!tenant)
    throw new Problem('not_connected', { detail: 'The tenant of this organizer is not connected any more.' });
  return withAppToken(deps.appTokens, tenant, signal, ({ token, graph }) =>
    run({
      graph,
      access: {
        accessToken: token.accessToken,
        mailbox: { kind: 'user', objectId: mailbox.organizerId },
        ...given,
      },
    }),
  );
}
