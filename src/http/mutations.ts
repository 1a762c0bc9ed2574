import { createMiddleware } from 'hono/factory';
import { answerDryRun, isDryRun } from './dry-run.ts';
import { answerOnce } from './idempotency.ts';
import type { Env } from './router.ts';

type Deps = Parameters<typeof answerOnce>[1];

/** What every request that changes something can be asked: to say what would happen, or to have its effect once. */
export function mutations(deps: Deps) {
  return createMiddleware<Env>(async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    return isDryRun(c) ? answerDryRun(c, deps, next) : answerOnce(c, deps, next);
  });
}
