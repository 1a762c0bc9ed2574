import { newRouter } from '../http/router.ts';
import type { OrganizerDeps } from './service.ts';

/** `/v1/organizers`: who may own meetings in a tenant. */
export function organizerRoutes(_deps: OrganizerDeps) {
  return newRouter();
}
