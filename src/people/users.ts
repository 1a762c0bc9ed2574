import type { Kysely } from 'kysely';
import { containing } from '../database/page.ts';
import type { Database } from '../database/schema.ts';
import { orGivenUp } from '../patience.ts';
import { Problem, problems } from '../problem.ts';
import type { AppTokens } from '../tenants/app-tokens.ts';
import { listTenants } from '../tenants/service.ts';
import type { TenantRow } from '../tenants/tenant.ts';
import { searchDirectory } from './directory.ts';
import { foldAddress } from './person.ts';

type Deps = { db: Kysely<Database>; appTokens: AppTokens };

/** Somebody who can be picked: a member of the workspace, or a person of a connected tenant’s directory. */
export type FoundUser = { id: string; name: string; email: string; from: 'member' | 'directory' };

/** What was found, members first, and a sentence on what was not searched. */
export type FoundUsers = { users: FoundUser[]; note: string | null };

const patienceMs = 5_000;
const mostOfEach = 20;
/** With less, a directory would answer with people whom nobody is looking for. */
const leastLetters = 2;

/**
 * Members whose name or address contains the text and, of each connected tenant, people whose name or address begins with
 * it. Each address comes once. A directory that may not be read or does not answer in time only costs a note.
 */
export async function findUsers(deps: Deps, workspaceId: string, q: string): Promise<FoundUsers> {
  const members = await findMembers(deps, workspaceId, q);
  if (q.length < leastLetters) return { users: members, note: null };
  const signal = AbortSignal.timeout(patienceMs);
  const tenants = (await listTenants(deps, workspaceId)).filter(isConnected);
  const answers = await Promise.all(tenants.map((tenant) => findInTenant(deps, tenant, q, signal)));
  const byAddress = new Map<string, FoundUser>();
  for (const user of [...members, ...answers.flatMap(({ users }) => users)])
    if (!byAddress.has(foldAddress(user.email))) byAddress.set(foldAddress(user.email), user);
  const notes = answers.flatMap(({ note }) => note ?? []);
  return { users: [...byAddress.values()], note: notes.length > 0 ? notes.join(' ') : null };
}

async function findMembers({ db }: Deps, workspaceId: string, q: string): Promise<FoundUser[]> {
  const pattern = containing(q);
  const rows = await db
    .selectFrom('members')
    .select(['id', 'name', 'email'])
    .where('workspace_id', '=', workspaceId)
    .where((where) => where.or([where('name', 'ilike', pattern), where('email', 'ilike', pattern)]))
    .orderBy('name')
    .orderBy('id')
    .limit(mostOfEach)
    .execute();
  return rows.map((row) => ({ ...row, from: 'member' as const }));
}

/** A tenant in its setup may not have been consented to; once a token was had, it was. */
function isConnected({ stage, verified_at }: TenantRow): boolean {
  return stage !== 'setup' || verified_at !== null;
}

async function findInTenant(
  deps: Deps,
  tenant: TenantRow,
  beginning: string,
  signal: AbortSignal,
): Promise<{ users: FoundUser[]; note?: string }> {
  const directory = `The directory of ${tenant.tenant_name ?? tenant.tenant_id}`;
  const unpermitted = { users: [], note: `${directory} was not searched: Parley may not read it.` };
  if (!tenant.features.includes('people')) return unpermitted;
  try {
    const people = await orGivenUp(searchDirectory(deps, tenant, { beginning, most: mostOfEach }, signal), signal);
    const users = people.map(({ id, displayName, mail }) => ({
      id: id.toLowerCase(),
      name: displayName ?? mail,
      email: mail,
      from: 'directory' as const,
    }));
    return { users: users.toSorted((one, other) => one.name.localeCompare(other.name)) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'directory_permission_missing') return unpermitted;
    if (signal.aborted) return { users: [], note: `${directory} did not answer in time.` };
    return { users: [], note: `${directory} could not be searched: ${problems[error.code].title}.` };
  }
}
