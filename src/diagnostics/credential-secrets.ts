import { credentialContext } from '../registrations/apps.ts';
import { open } from '../seal.ts';
import type { TenantRow } from '../tenants/tenant.ts';
import type { DiagnosisDeps } from './check.ts';

/** The client secrets with which the app of a tenant may prove itself, so that they can be kept out of what is found. */
export async function secretsOfCredentials(
  { db, dataKeys }: Pick<DiagnosisDeps, 'db' | 'dataKeys'>,
  tenant: TenantRow,
): Promise<string[]> {
  if (tenant.registration_id === null) return []; // the configuration has it
  const rows = await db
    .selectFrom('app_credentials')
    .select(['id', 'workspace_id', 'sealed'])
    .where('registration_id', '=', tenant.registration_id)
    .where('workspace_id', '=', tenant.workspace_id)
    .where('kind', '=', 'secret')
    .execute();
  const secrets: string[] = [];
  for (const row of rows) {
    try {
      secrets.push(open(await dataKeys(row.workspace_id), row.sealed, credentialContext(row)));
    } catch {
      // One that cannot be opened is not sent to Microsoft either; the check of the token says what is wrong.
    }
  }
  return secrets;
}
