import type { Log } from '../../log.ts';
import { toProblem } from '../../microsoft/problems.ts';
import { artifactsResource } from '../../microsoft/subscriptions.ts';
import { inAllowedMailbox } from '../../organizers/allowed-mailbox.ts';
import { inMailbox, type InMailbox, type MailboxDeps } from '../../organizers/mailbox.ts';
import { endSubscription, keepSubscribed, postponeSubscription } from '../../watches/subscribing.ts';
import { canBeTold, mailboxOfWatch } from '../../watches/watch.ts';
import { findExpected, hurryOthers, wakeAll, type ArtifactWatchDeps, type ArtifactWatchRow } from '../watching.ts';

export type ArtifactSubscribingDeps = ArtifactWatchDeps &
  MailboxDeps & {
    log: Log;
    notificationCertificate: { id: string; certificate: string } | undefined;
  };

const hourMs = 60 * 60_000;

/**
 * Looks after one subscription to an organizer's recordings or transcripts. Never throws for what Microsoft answers: that
 * is written to the row, and what Microsoft does not tell is found by the polls.
 */
export async function watchArtifacts(
  deps: ArtifactSubscribingDeps,
  { watchId }: { watchId: string },
  signal?: AbortSignal,
): Promise<void> {
  const watch = await deps.db.selectFrom('artifact_watches').selectAll().where('id', '=', watchId).executeTakeFirst();
  if (!watch) return;
  const expected = await findExpected(deps, watch);
  if (!expected) return stopWatching(deps, watch, signal);
  const isDue = watch.subscription_due_at <= deps.now() || isForAnother(deps, watch);
  if (!canBeTold(deps) || !isDue) return;
  const { tenant_connection_id } = expected;
  const mailbox = mailboxOfWatch({ ...watch, tenant_connection_id });
  try {
    await inAllowedMailbox(deps, mailbox, signal, (call) => keep(deps, call, watch, tenant_connection_id));
  } catch (error) {
    if (signal?.aborted) throw error;
    const problem = toProblem(error);
    await postponeSubscription(deps, watch, 'artifact_watches', { problem, personNeededMs: personNeededMs(watch) });
    const fields = { watchId, kind: watch.kind, code: problem.code, provider: problem.provider };
    if (problem.code === 'internal_error')
      deps.log.error({ ...fields, err: error }, 'artifacts could not be subscribed to');
    else deps.log.warn(fields, 'artifacts could not be subscribed to');
  }
}

/** Its notifications are for a certificate that we have no more, or for none. */
function isForAnother({ notificationCertificate: certificate }: ArtifactSubscribingDeps, watch: ArtifactWatchRow) {
  return watch.subscription_attempts === 0 && watch.certificate_id !== (certificate?.id ?? null);
}

async function keep(
  deps: ArtifactSubscribingDeps,
  call: InMailbox,
  watch: ArtifactWatchRow,
  tenantConnectionId: string | null,
): Promise<void> {
  const { notificationCertificate: certificate } = deps;
  const mustBeRemade = watch.subscription_id !== null && watch.certificate_id !== (certificate?.id ?? null);
  if (mustBeRemade) await endSubscription(call, watch);
  const row = mustBeRemade ? { ...watch, subscription_id: null } : watch;
  await keepSubscribed(deps, call, row, {
    table: 'artifact_watches',
    life: watch.kind === 'recording' ? 'callRecording' : 'callTranscript',
    draft: {
      resource: artifactsResource(watch.organizer_id, watch.kind),
      changeTypes: ['created'],
      ...(certificate && {
        includeResourceData: true,
        encryptionCertificate: certificate.certificate,
        encryptionCertificateId: certificate.id,
      }),
    },
    onMade: (trx) => wakeAll({ ...deps, db: trx }, watch),
  });
  await deps.db
    .updateTable('artifact_watches')
    .set({ certificate_id: certificate?.id ?? null, tenant_connection_id: tenantConnectionId })
    .where('id', '=', watch.id)
    .execute();
}

/** A refusal stands until a person does something, and nobody tells us of that: less and less often, once a day at least. */
function personNeededMs({ subscription_attempts: attempts }: ArtifactWatchRow): number {
  return Math.min(2 ** attempts, 24) * hourMs;
}

/** Nothing is expected of the mailbox any more. A subscription that cannot be ended now ends by itself within days. */
async function stopWatching(
  deps: ArtifactSubscribingDeps,
  watch: ArtifactWatchRow,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (watch.subscription_id) {
    const ended = inMailbox(deps, mailboxOfWatch(watch), signal, (call) => endSubscription(call, watch));
    await ended.catch((error: unknown) =>
      deps.log.warn({ watchId: watch.id, code: toProblem(error).code }, 'a subscription could not be ended'),
    );
  }
  await deps.db.transaction().execute(async (trx) => {
    await trx.deleteFrom('artifact_watches').where('id', '=', watch.id).execute();
    await hurryOthers({ ...deps, db: trx }, watch);
  });
}
