import { Hono } from 'hono';
import type { NylasEnv } from './gate.ts';
import { destinationRoutes, type DestinationDeps } from './webhooks.ts';

/** What programs written for Nylas ask, answered in its words. */
export function nylasRoutes(deps: DestinationDeps) {
  return new Hono<NylasEnv>().route('/', destinationRoutes(deps));
}
