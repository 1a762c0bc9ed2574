import type { Context, MiddlewareHandler } from 'hono';
import { allowFraming, type Html, isOwnForm } from '../http/pages.ts';
import { Problem } from '../problem.ts';
import { addressOf } from './picking.ts';
import { messagePage } from '../http/message.ts';
import { messages, refusalOf } from './visitor-words.ts';

/** How a page is shown inside another site: which one, and what its addresses carry along so that it stays there. */
export type Embedding = { site: string | undefined; keep: Record<string, string> };

type Status = 200 | 400 | 403 | 404 | 409 | 410 | 413 | 415 | 429 | 500 | 503;

/** Answers with a page. */
export function page(c: Context, content: Html, status: Status = 200) {
  return c.html(content, status);
}

/**
 * Lets a page with `?embed=1` be shown inside the sites that the workspace has allowed, and nowhere else. `site` is the
 * one that asks; it is told what happens only when it is one of them.
 */
export function embeddingOf(c: Context, allowed: readonly string[]): Embedding {
  const { embed, site } = c.req.query();
  if (embed !== '1' || allowed.length === 0) return { site: undefined, keep: {} };
  allowFraming(c, allowed);
  if (site === undefined || !allowed.includes(site)) return { site: undefined, keep: { embed: '1' } };
  return { site, keep: { embed: '1', site } };
}

/** Lets only forms through that one of our own pages sent. */
export const ownForms: MiddlewareHandler = async (c, next) => {
  if (c.req.method !== 'POST') return next();
  if (!isOwnForm(c.req.raw.headers, c.req.url)) return page(c, messagePage(messages.foreignForm), 403);
  const type = c.req.header('content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) return page(c, messagePage(messages.notAForm), 415);
  return next();
};

export async function formOf(c: Context): Promise<URLSearchParams> {
  return new URLSearchParams(await c.req.text());
}

type Where = { hostName: string; path: string; embedding?: Embedding };

/** Answers, or says in the visitor's words why not. */
export async function orExplain(c: Context, where: Where, answer: () => Promise<Response>): Promise<Response> {
  const { hostName, path, embedding } = where;
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'booking_closed' || error.code === 'change_not_allowed') return c.redirect(path, 303);
    const keep = embedding?.keep ?? {};
    const refusal = refusalOf(error, hostName, Object.keys(keep).length > 0 ? addressOf(path, keep) : path);
    if (!refusal) throw error;
    return page(c, messagePage({ ...refusal.message, embeddedIn: embedding?.site }), refusal.status);
  }
}
