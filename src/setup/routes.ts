import type { DiagnosisDeps } from '../diagnostics/check.ts';
import { newRouter } from '../http/router.ts';
import type { Log } from '../log.ts';
import type { OrganizerDeps } from '../organizers/service.ts';
import type { TenantDeps } from '../tenants/service.ts';

/** `/v1/tenants/{id}/setup`: the guide from an empty registration to go-live. */
export function setupRoutes(_deps: TenantDeps & OrganizerDeps & DiagnosisDeps & { log: Log }) {
  return newRouter();
}
