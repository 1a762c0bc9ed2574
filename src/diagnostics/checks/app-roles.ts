import { missingRoles, requiredPermissions, type Feature } from '../../microsoft/permissions.ts';
import { Problem } from '../../problem.ts';
import { known, tenantOf, type Check, type Result } from '../check.ts';
import type { TenantRow } from '../../tenants/tenant.ts';

/** The permissions in the token against those that the tenant's features need: each missing one, and each that is too much. */
export const appRoles: Check = {
  name: 'app-roles',
  label: 'Permissions of the app',
  needs: ['app-token'],
  run(context) {
    return judge(tenantOf(context), known(context, 'app-token').roles);
  },
};

type Need = { feature: Feature; role: string; reason: string };

function judge(tenant: TenantRow, roles: string[]): Result {
  const needed = needsOf(tenant);
  const byExchange = tenant.exchange_scope === 'rbac' ? needed.filter(({ role }) => isCalendar(role)) : [];
  const fromEntra = needed.filter((need) => !byExchange.includes(need));
  const missing = fromEntra.filter(({ role }) => missingRoles([role], roles).length > 0);
  const superfluous = roles.filter((role) => isSuperfluous(role, fromEntra, byExchange));
  const notes = [
    ...missing.map(({ feature, role, reason }) => `${role} is missing, for the feature “${feature}”: ${reason}`),
    ...byExchange.map(({ feature, role }) => rbacNote(feature, role, roles)),
    ...superfluous.map((role) => `${role} was granted, and no feature that is switched on needs it.`),
    roles.length > 0 ? `Granted: ${roles.join(', ')}.` : 'Granted: nothing.',
  ];
  if (missing.length > 0) return { ...lacking(missing, roles), notes };
  if (superfluous.length > 0) return { ...tooMuch(superfluous), notes };
  return { status: 'ok', title: 'The app has the permissions that it needs, and no others.', notes };
}

function needsOf({ features, reduced }: TenantRow): Need[] {
  return features.flatMap((feature) =>
    requiredPermissions([feature], 'app-only', reduced).map(({ name, reasons }) => ({
      feature,
      role: name,
      reason: reasons.join(' '),
    })),
  );
}

function isCalendar(role: string): boolean {
  return role.startsWith('Calendars.');
}

function rbacNote(feature: Feature, role: string, roles: string[]): string {
  return roles.some(isCalendar)
    ? `${role} (“${feature}”) is given by Exchange, for the mailboxes in its scope; what Entra grants for every mailbox comes on top of it.`
    : `${role} (“${feature}”) is not in the token, and needs not be: Exchange gives it for the mailboxes in its scope.`;
}

/** A smaller permission that a needed one contains gives nothing more away. */
function isSuperfluous(role: string, fromEntra: Need[], byExchange: Need[]): boolean {
  if (byExchange.length > 0 && isCalendar(role)) return true;
  const needed = fromEntra.map((need) => need.role);
  return missingRoles([role], needed).length > 0;
}

function lacking(missing: Need[], roles: string[]): Pick<Result, 'status' | 'title' | 'remedy' | 'problem'> {
  const names = [...new Set(missing.map(({ role }) => role))].join(', ');
  const code = roles.length === 0 ? 'admin_consent_missing' : 'missing_permission';
  return {
    status: 'failed',
    title: roles.length === 0 ? 'The tenant granted the app no permission at all.' : `The app lacks ${names}.`,
    remedy: `Whoever manages the app registration adds ${names} as application permission in Entra, and a Global Administrator of the tenant opens the admin consent link and accepts. Tokens may lack them for some minutes more.`,
    problem: new Problem(code),
  };
}

function tooMuch(superfluous: string[]): Pick<Result, 'status' | 'title' | 'remedy'> {
  const names = superfluous.join(', ');
  return {
    status: 'warning',
    title: `The app may do more than it needs: ${names}.`,
    remedy: `Whoever manages the app registration removes ${names} in Entra, under API permissions and under Enterprise applications › Permissions.`,
  };
}
