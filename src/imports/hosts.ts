import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { foldAddress } from '../people/person.ts';
import type { Host, KnownPerson } from './found.ts';

export type MemberOfWorkspace = { id: string; name: string; email: string; timeZone: string };
/** Who the people of the other product are here; strangers are noted as they are asked for. */
export type Hosts = {
  find(host: Host): MemberOfWorkspace | undefined;
  /** Those who are nobody’s address here, each once. */
  strangers: Set<string>;
};

/**
 * People are who they are by their address. `renamed` gives other addresses for those who have another one here, or
 * for what the files call them where they do not tell it.
 */
export async function readHosts(
  { db }: { db: Kysely<Database> },
  workspaceId: string,
  { people, renamed }: { people: readonly KnownPerson[]; renamed: ReadonlyMap<string, string> },
): Promise<Hosts> {
  const rows = await db
    .selectFrom('members')
    .select(['id', 'name', 'email', 'time_zone'])
    .where('workspace_id', '=', workspaceId)
    .execute();
  const byAddress = new Map(rows.map((row) => [foldAddress(row.email), row]));
  const addresses = new Map(people.flatMap(({ names, email }) => names.map((name) => [foldAddress(name), email])));
  const strangers = new Set<string>();
  return {
    strangers,
    find(host) {
      const told = host.names.map((name) => addresses.get(foldAddress(name)) ?? '').filter((email) => email !== '');
      const names = [...host.names, ...told].map(foldAddress);
      const wanted = [...names.flatMap((name) => renamed.get(name) ?? []), ...names];
      const row = wanted.map((name) => byAddress.get(foldAddress(name))).find((found) => found !== undefined);
      if (row) return { id: row.id, name: row.name, email: row.email, timeZone: row.time_zone };
      const email = told[0];
      strangers.add(
        email && !host.label.includes(email) ? `${host.label} (${email})` : host.label || 'somebody without a name',
      );
      return undefined;
    },
  };
}
