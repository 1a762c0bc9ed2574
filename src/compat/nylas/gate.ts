import { Hono, type MiddlewareHandler } from 'hono';
import type { Principal } from '../../access/principal.ts';
import { readJsonBody } from '../../http/body.ts';
import { answerOnce } from '../../http/idempotency.ts';
import { asProblem } from '../../http/problems.ts';
import type { limitRate } from '../../http/rate-limit.ts';
import type { ApiContext } from '../../http/router.ts';
import type { Log } from '../../log.ts';
import type { Problem } from '../../problem.ts';
import type { Caller, CallerDeps } from './caller.ts';

export type NylasEnv = {
  Variables: {
    requestId: string;
    principal: Principal;
    keyIsTaken?: boolean;
    /** The one connection that the caller's token is for; an application's key has none. */
    grantId?: string | undefined;
  };
};

export type NylasRouter = Hono<NylasEnv>;

type Idempotency = Parameters<typeof answerOnce>[1];
export type GateDeps = CallerDeps & Idempotency & { limit: Limit; log: Log };
/** Counts the requests of each caller; the one that counts those of Parley’s own API. */
type Limit = ReturnType<typeof limitRate>;

/** A router whose refusals are told in the words of one version of Nylas. */
export function newNylasRouter(
  { log }: Pick<GateDeps, 'log'>,
  tell: (c: ApiContext, problem: Problem) => Response,
): NylasRouter {
  const app = new Hono<NylasEnv>();
  app.onError((error, c) => {
    const problem = asProblem(error);
    if (problem.code === 'internal_error')
      log.error({ err: error, requestId: c.get('requestId'), method: c.req.method }, 'request failed');
    return tell(c as ApiContext, problem);
  });
  return app;
}

/**
 * What stands before every route that is not for browsers: who calls, how often they may, their JSON, and their
 * Idempotency-Key, as before Parley's own routes.
 */
export function gate(
  deps: GateDeps,
  callerOf: (deps: CallerDeps, c: ApiContext) => Promise<Caller>,
): MiddlewareHandler<NylasEnv>[] {
  return [
    async (c, next) => {
      const { principal, grantId } = await callerOf(deps, c as ApiContext);
      c.set('principal', principal);
      c.set('grantId', grantId);
      await next();
    },
    deps.limit,
    readJsonBody,
    async (c, next) => {
      if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
      await answerOnce(c as ApiContext, deps, next);
      if (c.res.headers.get('idempotent-replayed') === 'true') c.header('Idempotent-Response', 'true');
    },
  ];
}
