import type { Tenant } from '../directory.ts';
import type { Call, Reply } from './call.ts';
import { serviceRoot } from './call.ts';
import { resourceNotFound } from './graph-error.ts';
import { project, selectedProperties } from './odata-page.ts';
import type { Route } from './routes.ts';
import { under } from './routes.ts';

const properties: ReadonlySet<string> = new Set([
  'id',
  'displayName',
  'verifiedDomains',
  'tenantType',
  'assignedPlans',
  'countryLetterCode',
  'preferredLanguage',
  'createdDateTime',
]);

export const organizationRoutes: Route[] = under('/organization', [
  ['GET', '', 'read organization', list],
  ['GET', '/:organization', 'read organization', read],
]);

function list(call: Call): Reply {
  const selected = selectedProperties(call, properties, 'organization');
  return {
    status: 200,
    body: {
      '@odata.context': `${serviceRoot(call)}/$metadata#organization`,
      value: [project(organizationJson(call.caller.tenant), selected)],
    },
  };
}

function read(call: Call): Reply {
  const { tenant } = call.caller;
  const id = call.params['organization'] ?? '';
  if (id.toLowerCase() !== tenant.id) throw resourceNotFound(id);
  const selected = selectedProperties(call, properties, 'organization');
  return {
    status: 200,
    body: {
      '@odata.context': `${serviceRoot(call)}/$metadata#organization/$entity`,
      ...project(organizationJson(tenant), selected),
    },
  };
}

function organizationJson(tenant: Tenant): Record<string, unknown> {
  return {
    id: tenant.id,
    displayName: tenant.displayName,
    tenantType: 'AAD',
    countryLetterCode: 'DE',
    preferredLanguage: 'en',
    createdDateTime: '2026-01-05T09:00:00Z',
    assignedPlans: [],
    verifiedDomains: tenant.domains.map((name, index) => ({
      capabilities: 'Email, OfficeCommunicationsOnline',
      isDefault: index === 0,
      isInitial: index === tenant.domains.length - 1,
      name,
      type: 'Managed',
    })),
  };
}
