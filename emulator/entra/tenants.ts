import type { Context } from '../context.ts';
import { findTenant, PERSONAL_TENANT_ID } from '../directory.ts';
import type { AppRegistration, Tenant, User } from '../directory.ts';
import { AadstsError } from './aadsts.ts';

/** The first segment of every Entra path: a directory, or an alias that leaves it to the person who signs in. */
export type Authority = { kind: 'common' | 'organizations' | 'consumers' } | { kind: 'tenant'; tenant: Tenant };

/** Reads the first segment of the path. Throws AADSTS90002 for a tenant that does not exist. */
export function readAuthority(context: Context, segment: string): Authority {
  const name = segment.toLowerCase();
  if (name === 'common' || name === 'organizations') return { kind: name };
  if (name === 'consumers' || name === PERSONAL_TENANT_ID) return { kind: 'consumers' };
  const tenant = findTenant(context.directory, name);
  if (tenant === undefined) throw new AadstsError(90002, { tenant: segment });
  return { kind: 'tenant', tenant };
}

/** Refuses an authority that this app is not made for: AADSTS50194, 700016, 9002331 or 9002332. */
export function checkAudience(app: AppRegistration, authority: Authority): void {
  const values = { clientId: app.clientId, app: app.displayName };
  const { audience } = app;
  if (audience === 'PersonalMicrosoftAccount') {
    if (authority.kind !== 'consumers') throw new AadstsError(9002331, values);
    return;
  }
  if (authority.kind === 'consumers' && audience !== 'AzureADandPersonalMicrosoftAccount') {
    throw new AadstsError(9002332, values);
  }
  if (audience !== 'AzureADMyOrg') return;
  if (authority.kind !== 'tenant') throw new AadstsError(50194, values);
  if (authority.tenant.id !== app.homeTenantId) {
    throw new AadstsError(700016, { ...values, tenant: authority.tenant.displayName });
  }
}

/** Refuses a person whose account does not belong here: AADSTS500208 or 50020. */
export function checkAccount(context: Context, app: AppRegistration, authority: Authority, user: User): void {
  const personal = user.tenantId === PERSONAL_TENANT_ID;
  const takesPersonal =
    app.audience === 'AzureADandPersonalMicrosoftAccount' || app.audience === 'PersonalMicrosoftAccount';
  const isForeign = authority.kind === 'tenant' && authority.tenant.id !== user.tenantId;
  if (isForeign) {
    throw new AadstsError(50020, {
      user: user.userPrincipalName,
      provider: personal ? 'live.com' : `https://sts.windows.net/${user.tenantId}/`,
      tenant: authority.tenant.displayName,
      clientId: app.clientId,
      app: app.displayName,
    });
  }
  const isMisplaced =
    (personal && (!takesPersonal || authority.kind === 'organizations')) ||
    (!personal && authority.kind === 'consumers');
  if (isMisplaced) {
    const domain = user.userPrincipalName.split('@')[1] ?? '';
    throw new AadstsError(500208, { domain, user: user.userPrincipalName });
  }
  if (!context.directory.tenants.has(user.tenantId)) throw new AadstsError(90002, { tenant: user.tenantId });
}

/** The people whom the sign-in page offers; guests sign in to the tenant that invited them by its own name only. */
export function peopleFor(context: Context, authority: Authority): { fitting: User[]; others: User[] } {
  const fits = (user: User): boolean => {
    if (authority.kind === 'tenant') return user.tenantId === authority.tenant.id;
    if (user.userType === 'Guest') return false;
    const personal = user.tenantId === PERSONAL_TENANT_ID;
    return authority.kind === 'common' || personal === (authority.kind === 'consumers');
  };
  const people = [...context.directory.users.values()];
  return {
    fitting: people.filter(fits),
    others: people.filter((user) => !fits(user) && user.userType !== 'Guest'),
  };
}
