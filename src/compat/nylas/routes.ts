import { Hono } from 'hono';
import type { Env } from '../../http/router.ts';
import { Problem } from '../../problem.ts';
import { applicationRoutes } from './applications.ts';
import { authRoutes } from './auth-v3.ts';
import { calendarApiV2, calendarApiV3, type CalendarApiDeps } from './calendar-api.ts';
import { connectorRoutes } from './connectors.ts';
import { errorOfVersion3 } from './errors.ts';
import { newNylasRouter } from './gate.ts';
import { grantRoutes } from './grants-v3.ts';
import { revocationV2, tokensV2 } from './tokens-v2.ts';
import { tokenInfoRoutes, tokenRoutes } from './tokens-v3.ts';
import { destinationRoutes, type DestinationDeps } from './webhooks.ts';
import { unifiedAuthRoutes, type UnifiedAuthDeps } from './unified-auth.ts';

type Deps = UnifiedAuthDeps & DestinationDeps & CalendarApiDeps;

/** What programs written for Nylas ask: the unified auth service, and versions 2 and 3. */
export function nylasRoutes(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  for (const routes of [
    unifiedAuthRoutes(deps),
    authRoutes(deps),
    tokenRoutes(deps),
    tokenInfoRoutes(deps),
    applicationRoutes(deps),
    connectorRoutes(deps),
    grantRoutes(deps),
    destinationRoutes(deps),
    calendarApiV3(deps),
    calendarApiV2(deps),
    tokensV2(deps),
    revocationV2(deps),
  ])
    app.route('/', routes);
  app.route('/', unknownOfVersion3(deps)); // the last one
  return app;
}

/** Clients of version 3 cannot read a refusal that has no `error`: what is not there is told in their words too. */
function unknownOfVersion3(deps: Deps) {
  const app = newNylasRouter(deps, errorOfVersion3);
  app.all('/v3/*', () => {
    throw new Problem('not_found', { detail: 'Parley has nothing at this address of version 3.' });
  });
  return app;
}
