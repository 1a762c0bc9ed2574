import { searchPeople, type DirectoryUser } from '../microsoft/directory.ts';
import { toProblem } from '../microsoft/problems.ts';
import { withAppToken, type AppTokens } from '../tenants/app-tokens.ts';
import type { TenantRow } from '../tenants/tenant.ts';

/**
 * People of a tenant whose name or address begins with a text: those who can be invited, so with a mail address and an
 * account that is not known to be disabled. Every failure is a `Problem`.
 */
export async function searchDirectory(
  { appTokens }: { appTokens: AppTokens },
  tenant: TenantRow,
  wanted: { beginning: string; most: number },
  signal: AbortSignal,
): Promise<(DirectoryUser & { mail: string })[]> {
  try {
    const people = await withAppToken(appTokens, tenant, signal, ({ graph, token }) =>
      searchPeople(graph, token.accessToken, wanted, { signal }),
    );
    return people.flatMap(({ mail, ...person }) =>
      mail === undefined || person.accountEnabled === false ? [] : [{ ...person, mail }],
    );
  } catch (error) {
    throw toProblem(error);
  }
}
