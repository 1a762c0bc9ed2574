import type { Principal } from '../access/principal.ts';
import type { Span } from '../database/span.ts';
import { Problem } from '../problem.ts';
import { addSecret, removeCredential } from './credentials.ts';
import type { Registration } from './registration.ts';
import {
  changeRegistration,
  createRegistration,
  getRegistration,
  type NewRegistration,
  type RegistrationDeps,
} from './service.ts';

type Deps = RegistrationDeps & { span: Span };

export type NewSignIn = Pick<NewRegistration, 'name' | 'clientId' | 'tenant' | 'scopes' | 'redirectUris'> & {
  clientSecret: string;
};
export type SignInChange = {
  name?: string | undefined;
  scopes?: string[] | undefined;
  clientSecret?: string | undefined;
};

const secretName = 'Client secret';

/** The workspace's own registration that its people sign in through; `undefined`: they use the deployment's. */
export async function findSignInRegistration(
  deps: Pick<Deps, 'db'>,
  workspaceId: string,
): Promise<Registration | undefined> {
  const row = await deps.db
    .selectFrom('app_registrations')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('used_for_sign_in', '=', true)
    .executeTakeFirst();
  return row && getRegistration(deps, workspaceId, row.id);
}

/**
 * Makes the registration that people sign in through, with its client secret. Throws `registration_exists` where the
 * workspace has one: that one is changed, or removed first. Of two at once, one comes too late.
 */
export async function createSignInRegistration(
  deps: Deps,
  principal: Principal,
  { clientSecret, ...input }: NewSignIn,
): Promise<Registration> {
  const { workspaceId } = principal;
  await deps.dataKeys(workspaceId); // before the transaction, which would want a second connection for it
  return deps.span.inOne(async (trx) => {
    await trx.selectFrom('workspaces').select('id').where('id', '=', workspaceId).forNoKeyUpdate().execute();
    if (await findSignInRegistration(deps, workspaceId)) {
      const detail = 'People of this workspace sign in through a registration already. Change it, or delete it first.';
      throw new Problem('registration_exists', { detail });
    }
    const { row } = await createRegistration(deps, principal, {
      ...input,
      cloud: 'global',
      assertion: 'PS256',
      usedForSignIn: true,
    });
    await addSecret(deps, principal, row.id, { name: secretName, secret: clientSecret });
    return getRegistration(deps, workspaceId, row.id);
  });
}

/** Changes what is given. A new client secret takes the place of those before it; certificates stay. Throws `not_found`. */
export async function changeSignInRegistration(
  deps: Deps,
  principal: Principal,
  id: string,
  { clientSecret, ...change }: SignInChange,
): Promise<Registration> {
  const { workspaceId } = principal;
  await deps.dataKeys(workspaceId); // as above
  return deps.span.inOne(async () => {
    const { credentials } = await changeRegistration(deps, principal, id, change);
    if (clientSecret === undefined) return getRegistration(deps, workspaceId, id);
    await addSecret(deps, principal, id, { name: secretName, secret: clientSecret });
    for (const { id: credentialId, kind } of credentials)
      if (kind === 'secret') await removeCredential(deps, principal, { id, credentialId });
    return getRegistration(deps, workspaceId, id);
  });
}
