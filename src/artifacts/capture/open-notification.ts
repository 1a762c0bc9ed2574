import type { Kysely } from 'kysely';
import { findConnectionOfMailbox } from '../../connections/service.ts';
import type { Database } from '../../database/schema.ts';
import type { Log } from '../../log.ts';
import {
  areFromMicrosoft,
  openResourceData,
  ResourceDataError,
  type EncryptedContent,
} from '../../microsoft/rich-notifications.ts';
import { TokenError } from '../../microsoft/token-error.ts';
import type { NotificationCertificate } from '../../notification-certificate.ts';
import type { App, Apps } from '../../registrations/apps.ts';
import { findTenantOfMailbox } from '../../tenants/service.ts';
import { mailboxOfWatch } from '../../watches/watch.ts';
import type { ArtifactWatchRow, HeardOfArtifact, ToldOfArtifact } from '../watching.ts';

export type OpeningDeps = {
  db: Kysely<Database>;
  now: () => Date;
  fetch: typeof fetch;
  log: Log;
  apps: Apps;
  /** `undefined`: nothing is encrypted for us. */
  notificationCertificate: NotificationCertificate | undefined;
};

/** What a notification says of an artifact, as it came. */
export type SealedTold = ToldOfArtifact & { encryptedContent?: EncryptedContent | undefined };

/**
 * What was told of artifacts, with what was encrypted opened. A subscription that was made for a certificate is believed
 * only so; what Microsoft did not sign for us, or what was changed on its way, is left out and not answered differently.
 */
export async function openNotifications(
  deps: OpeningDeps,
  heard: readonly HeardOfArtifact<SealedTold>[],
  validationTokens: readonly string[],
): Promise<HeardOfArtifact[]> {
  const sealed = heard.filter(isSealed);
  const plain = heard.filter((one) => !isSealed(one));
  if (sealed.length === 0) return plain;
  const { notificationCertificate: certificate, log } = deps;
  if (!certificate || !(await isSigned(deps, sealed, validationTokens))) {
    log.warn({ notifications: sealed.length, reason: certificate ? 'token' : 'certificate' }, 'notifications ignored');
    return plain;
  }
  return [...plain, ...sealed.flatMap((one) => open(deps, one, certificate))];
}

/** What is said of the subscription itself carries nothing. */
function isSealed({ told, row }: HeardOfArtifact<SealedTold>): boolean {
  return told.what === 'changed' && (told.encryptedContent !== undefined || row.certificate_id !== null);
}

function open(
  { log }: OpeningDeps,
  { told, row }: HeardOfArtifact<SealedTold>,
  { id, privateKey }: NotificationCertificate,
): HeardOfArtifact[] {
  const { encryptedContent: content } = told;
  const ignore = (reason: string) => {
    log.warn({ watchId: row.id, reason }, 'a notification was ignored');
    return [];
  };
  if (!content) return ignore('not encrypted');
  if (content.encryptionCertificateId !== id) return ignore('certificate');
  try {
    const { onlineMeetingId, organizerId } = openResourceData(content, privateKey);
    if (organizerId !== undefined && organizerId !== row.organizer_id) return ignore('organizer');
    return [{ told: { ...told, onlineMeetingId }, row }];
  } catch (error) {
    if (error instanceof ResourceDataError) return ignore(error.reason);
    throw error;
  }
}

/** One POST carries a token for each app and tenant that it tells of: every one of them has to be for us. */
async function isSigned(
  deps: OpeningDeps,
  sealed: readonly HeardOfArtifact<SealedTold>[],
  tokens: readonly string[],
): Promise<boolean> {
  const rows = [...new Map(sealed.map(({ row }) => [row.id, row])).values()];
  const apps = (await Promise.all(rows.map((row) => findApp(deps, row)))).filter((app) => app !== undefined);
  const tenantIds = [...new Set(rows.map((row) => row.tenant_id))];
  const clientIds = [...new Set(apps.map(({ clientId }) => clientId))];
  try {
    // Each cloud tells for itself.
    for (const authority of new Set(apps.map((app) => app.authority)))
      if (!(await areFromMicrosoft(deps, tokens, { authority, clientIds, tenantIds }))) return false;
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    deps.log.warn({ code: error.error }, 'the keys that notifications are signed with could not be read');
    return false;
  }
  return apps.length > 0;
}

/** The registration with whose token the subscription of a row was made. */
async function findApp(deps: OpeningDeps, row: ArtifactWatchRow): Promise<App | undefined> {
  const mailbox = mailboxOfWatch(row);
  const found =
    row.access === 'app-only'
      ? await findTenantOfMailbox(deps, mailbox)
      : await findConnectionOfMailbox(deps, { ...mailbox, objectId: mailbox.organizerId });
  return found && deps.apps.get(row.workspace_id, found.registration_id);
}
