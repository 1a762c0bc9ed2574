import { newRouter } from '../http/router.ts';
import type { RegistrationDeps } from './service.ts';

/** `/v1/app-registrations`: our identities in Entra and what they prove themselves with. */
export function registrationRoutes(_deps: RegistrationDeps) {
  return newRouter();
}
