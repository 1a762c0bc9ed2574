import type { Transaction } from 'kysely';
import type { Principal } from '../access/principal.ts';
import type { Database } from '../database/schema.ts';
import { newId } from '../id.ts';
import { createCertificate, readCertificate, type AppCertificate } from '../microsoft/certificates.ts';
import { requestAppToken } from '../microsoft/entra.ts';
import { toProblem } from '../microsoft/problems.ts';
import { Problem } from '../problem.ts';
import { seal } from '../seal.ts';
import { credentialContext, isRefusalOfCredential } from './apps.ts';
import { appOnlyUse, type KnownCredential } from './registration.ts';
import {
  getOwnRegistration,
  invalid,
  knownColumns,
  lockRegistration,
  recordEvent,
  type RegistrationDeps,
} from './service.ts';

type CredentialPath = { id: string; credentialId: string };

/** A new key pair with its certificate. Entra does not know it until somebody uploads the certificate there. */
export async function makeCertificate(
  deps: RegistrationDeps,
  principal: Principal,
  id: string,
  { name, years }: { name: string; years: 1 | 2 | 3 },
): Promise<KnownCredential> {
  const { row } = await getOwnRegistration(deps, principal.workspaceId, id);
  const certificate = createCertificate({ commonName: `${row.name}: ${name}`, now: deps.now(), years });
  return addCredential(deps, principal, id, { name, ...columnsOf(certificate) });
}

/** A certificate of one's own. Throws `certificate_unreadable`, `certificate_key_mismatch`, `invalid_request`. */
export async function importCertificate(
  deps: RegistrationDeps,
  principal: Principal,
  id: string,
  { name, file, password }: { name: string; file: Buffer; password?: string | undefined },
): Promise<KnownCredential> {
  await getOwnRegistration(deps, principal.workspaceId, id);
  const certificate = readCertificate(file, password);
  if (certificate.notAfter <= deps.now())
    throw invalid('/file', `This certificate ended on ${certificate.notAfter.toISOString().slice(0, 10)}.`);
  return addCredential(deps, principal, id, { name, ...columnsOf(certificate) });
}

export async function addSecret(
  deps: RegistrationDeps,
  principal: Principal,
  id: string,
  { name, secret, expiresAt }: { name: string; secret: string; expiresAt?: Date | undefined },
): Promise<KnownCredential> {
  await getOwnRegistration(deps, principal.workspaceId, id);
  if (expiresAt && expiresAt <= deps.now()) throw invalid('/expiresAt', 'This secret has ended already.');
  const nothing = { certificate_pem: null, sha1: null, sha256: null, starts_at: null };
  return addCredential(deps, principal, id, {
    kind: 'secret',
    name,
    secret,
    ...nothing,
    expires_at: expiresAt ?? null,
  });
}

/** The certificate in DER with a name for the file. Throws `not_found`, also for a secret. */
export async function getCertificate(deps: RegistrationDeps, workspaceId: string, path: CredentialPath) {
  const row = await getCredential(deps, workspaceId, path);
  if (row.certificate_pem === null) throw new Problem('not_found');
  const cer = Buffer.from(row.certificate_pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  const words = row.name
    .normalize('NFKD')
    .replaceAll(/[^\w]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return { cer, fileName: `${words.slice(0, 60) || 'parley'}.cer` };
}

/**
 * Asks Entra for a token with exactly this credential and gives it back with what Entra said. Throws `not_found`,
 * `tenant_id_needed` where no tenant is named, and what stood in the way of an answer.
 */
export async function checkCredential(
  deps: RegistrationDeps,
  workspaceId: string,
  path: CredentialPath,
): Promise<KnownCredential> {
  await getCredential(deps, workspaceId, path);
  const app = await deps.apps.get(workspaceId, path.id);
  const { possible, reason } = appOnlyUse(app.tenant);
  if (!possible) {
    const detail = `${reason} Whether this credential works is seen when somebody connects with it.`;
    throw new Problem('tenant_id_needed', { detail });
  }
  try {
    await deps.apps.withOneCredential(app, path.credentialId, (credential) =>
      requestAppToken(deps, { ...app, credential }),
    );
  } catch (error) {
    const problem = toProblem(error);
    if (!isRefusalOfCredential(problem)) throw problem;
  }
  return getCredential(deps, workspaceId, path);
}

/** Forgets a credential; the others go on. Throws `not_found`. */
export async function removeCredential(
  deps: RegistrationDeps,
  principal: Principal,
  path: CredentialPath,
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const registration = await lockRegistration(trx, principal.workspaceId, path.id);
    const row = await trx
      .deleteFrom('app_credentials')
      .where('id', '=', path.credentialId)
      .where('registration_id', '=', path.id)
      .returning(['id', 'name', 'kind'])
      .executeTakeFirstOrThrow(() => new Problem('not_found'));
    const data = { credentialId: row.id, name: row.name, kind: row.kind };
    await recordEvent(trx, deps, principal, registration, 'credential.removed', data);
  });
}

type NewCredential = Omit<
  KnownCredential,
  | 'id'
  | 'workspace_id'
  | 'registration_id'
  | 'worked_at'
  | 'refused_at'
  | 'refusal_code'
  | 'refusal_answer'
  | 'created_at'
> & { secret: string };

function columnsOf(certificate: AppCertificate) {
  return {
    kind: 'certificate' as const,
    secret: certificate.privateKeyPem,
    certificate_pem: certificate.certificatePem,
    sha1: certificate.sha1Hex,
    sha256: certificate.sha256Hex,
    starts_at: certificate.notBefore,
    expires_at: certificate.notAfter,
  };
}

async function addCredential(
  deps: RegistrationDeps,
  principal: Principal,
  registrationId: string,
  { secret, ...columns }: NewCredential,
): Promise<KnownCredential> {
  const key = { id: newId('cre'), workspace_id: principal.workspaceId };
  const sealed = seal(await deps.dataKeys(key.workspace_id), secret, credentialContext(key));
  return deps.db.transaction().execute(async (trx) => {
    const registration = await lockRegistration(trx, principal.workspaceId, registrationId);
    if (columns.sha256 !== null && (await hasCertificate(trx, registrationId, columns.sha256)))
      throw invalid('/file', 'This registration has this certificate already.');
    const row = await trx
      .insertInto('app_credentials')
      .values({
        ...key,
        ...columns,
        registration_id: registrationId,
        sealed,
        worked_at: null,
        refused_at: null,
        refusal_code: null,
        created_at: deps.now(),
      })
      .returning(knownColumns)
      .executeTakeFirstOrThrow();
    const data = { credentialId: row.id, name: row.name, kind: row.kind };
    await recordEvent(trx, deps, principal, registration, 'credential.added', data);
    return row;
  });
}

async function hasCertificate(trx: Transaction<Database>, registrationId: string, sha256: string): Promise<boolean> {
  const row = await trx
    .selectFrom('app_credentials')
    .select('id')
    .where('registration_id', '=', registrationId)
    .where('sha256', '=', sha256)
    .executeTakeFirst();
  return row !== undefined;
}

async function getCredential(
  { db }: Pick<RegistrationDeps, 'db'>,
  workspaceId: string,
  path: CredentialPath,
): Promise<KnownCredential> {
  return db
    .selectFrom('app_credentials')
    .select(knownColumns)
    .where('id', '=', path.credentialId)
    .where('registration_id', '=', path.id)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}
