import { newRouter } from '../http/router.ts';
import type { TenantDeps } from './service.ts';

/** `/v1/tenants`: whole tenants that an administrator authorized. */
export function tenantRoutes(_deps: TenantDeps) {
  return newRouter();
}
