import type { Transaction } from 'kysely';
import type { Database } from '../database/schema.ts';
import { queueCredentialWarning, type EmailDeps } from '../email/service.ts';
import { warningDays, warningDue, type KnownCredential, type WarningDays } from './registration.ts';

type ExpiryDeps = EmailDeps & { publicUrl: string };
type Ending = Pick<KnownCredential, 'id' | 'workspace_id' | 'registration_id' | 'kind' | 'name'> & {
  expires_at: Date;
  registration_name: string;
  client_id: string;
};

const dayMs = 86_400_000;

/**
 * Tells of credentials that are about to end, once for each threshold; part of the regular sweep. Where several were
 * passed at once only the smallest is told of. However many processes sweep, one of them tells.
 */
export async function warnOfExpiringCredentials(deps: ExpiryDeps): Promise<void> {
  for (const { credential, days } of await findUntold(deps)) {
    await deps.db.transaction().execute(async (trx) => {
      if (await markTold(trx, credential.id, days, deps.now())) await tell({ ...deps, db: trx }, credential, days);
    });
  }
}

/** Credentials with the threshold that they have passed since somebody was told of them last. */
async function findUntold({ db, now }: ExpiryDeps): Promise<{ credential: Ending; days: WarningDays }[]> {
  const rows = await db
    .selectFrom('app_credentials as credential')
    .innerJoin('app_registrations as registration', 'registration.id', 'credential.registration_id')
    .leftJoin(
      (warnings) =>
        warnings
          .selectFrom('credential_warnings')
          .select(['credential_id', ({ fn }) => fn.min('days').as('told')])
          .groupBy('credential_id')
          .as('warning'),
      (join) => join.onRef('warning.credential_id', '=', 'credential.id'),
    )
    .select(['credential.id', 'credential.workspace_id', 'credential.registration_id', 'credential.kind'])
    .select(['credential.name', 'credential.expires_at', 'warning.told'])
    .select(['registration.name as registration_name', 'registration.client_id'])
    .where('credential.expires_at', '<=', new Date(now().getTime() + warningDays[0] * dayMs))
    .where((where) => where.or([where('warning.told', 'is', null), where('warning.told', '>', 0)]))
    .orderBy('credential.expires_at')
    .execute();
  return rows.flatMap(({ told, expires_at, ...row }) => {
    const days = expires_at ? warningDue(expires_at, now()) : undefined;
    if (expires_at === null || days === undefined || (told !== null && told <= days)) return [];
    return [{ credential: { ...row, expires_at }, days }];
  });
}

/** Marks every threshold that was passed; false when somebody else has told of the last one, or the credential is gone. */
async function markTold(trx: Transaction<Database>, credentialId: string, due: WarningDays, now: Date) {
  const there = await trx
    .selectFrom('app_credentials')
    .select('id')
    .where('id', '=', credentialId)
    .forKeyShare()
    .executeTakeFirst();
  if (!there) return false;
  const marked = await trx
    .insertInto('credential_warnings')
    .values(
      warningDays.filter((days) => days >= due).map((days) => ({ credential_id: credentialId, days, created_at: now })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('days')
    .execute();
  return marked.some(({ days }) => days === due);
}

async function tell(deps: ExpiryDeps, credential: Ending, days: WarningDays): Promise<void> {
  const { id, workspace_id: workspaceId, registration_id, registration_name, client_id, kind, name } = credential;
  await deps.db
    .insertInto('outbox_events')
    .values({
      workspace_id: workspaceId,
      type: days === 0 ? 'credential.expired' : 'credential.expiring',
      connection_id: registration_id,
      data: JSON.stringify({
        credentialId: id,
        registrationId: registration_id,
        registration: registration_name,
        name,
        kind,
        expiresAt: credential.expires_at.toISOString(),
        days,
      }),
      created_at: deps.now(),
    })
    .execute();
  const registration = { id: registration_id, name: registration_name, client_id };
  await queueCredentialWarning(deps, { workspaceId, credential, registration, days });
}
