import { Hono } from 'hono';
import type { Env } from '../../http/router.ts';
import { authRoutes } from './auth-v3.ts';
import { calendarApiV2, calendarApiV3, type CalendarApiDeps } from './calendar-api.ts';
import { connectorRoutes } from './connectors.ts';
import { grantRoutes } from './grants-v3.ts';
import { notOffered } from './not-offered.ts';
import { revocationV2, tokensV2 } from './tokens-v2.ts';
import { tokenInfoRoutes, tokenRoutes } from './tokens-v3.ts';
import { unifiedAuthRoutes, type UnifiedAuthDeps } from './unified-auth.ts';

type Deps = UnifiedAuthDeps & CalendarApiDeps;

/** What programs written for Nylas ask: the unified auth service, and versions 2 and 3. */
export function nylasRoutes(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  for (const routes of [
    unifiedAuthRoutes(deps),
    authRoutes(deps),
    tokenRoutes(deps),
    tokenInfoRoutes(deps),
    connectorRoutes(deps),
    grantRoutes(deps),
    calendarApiV3(deps),
    calendarApiV2(deps),
    tokensV2(deps),
    revocationV2(deps),
    notOffered(),
  ])
    app.route('/', routes);
  return app;
}
