import { type Context, Hono } from 'hono';
import { accepts } from 'hono/accepts';
import type { DataKeys } from '../access/workspace-keys.ts';
import { messagePage, type MessageModel } from '../http/message.ts';
import { protectPage } from '../http/pages.ts';
import { asProblem } from '../http/problems.ts';
import { type Problem, type ProblemCode, problems } from '../problem.ts';
import { contentResponse, type ContentDeps } from './content.ts';
import { openLink } from './links.ts';
import { recordView } from './viewing.ts';

type Deps = ContentDeps & { dataKeys: DataKeys; now: () => Date };

/** `/files/{token}`: opens what a link was made for, without signing in, for as long as its audience may see it. */
export function linkPages(deps: Deps): Hono {
  const app = new Hono();
  app.get('/files/:token', async (c) => {
    try {
      const { row, actor } = await openLink(deps, c.req.param('token'));
      const as = c.req.query('as') === 'download' ? 'download' : 'view';
      await recordView(deps, row, actor, as);
      return await contentResponse(c, deps, row, { as, format: formatOf(c.req.query('format')) });
    } catch (error) {
      return explain(c, error);
    }
  });
  return app;
}

const formats = ['vtt', 'text', 'csv'] as const;

function formatOf(text: string | undefined) {
  return formats.find((format) => format === text);
}

/** People get a page in plain words; players and programs the problem, which says the same. */
async function explain(c: Context, error: unknown): Promise<Response> {
  const problem = asProblem(error);
  if (problem.code === 'internal_error' || !wantsPage(c)) throw error;
  c.res = await c.html(messagePage(messageOf(problem)), problems[problem.code].status);
  protectPage(c);
  return c.res;
}

function wantsPage(c: Context): boolean {
  const supports = ['application/problem+json', 'text/html'];
  return accepts(c, { header: 'Accept', supports, default: 'application/problem+json' }) === 'text/html';
}

const messages: Partial<Record<ProblemCode, MessageModel>> = {
  not_found: {
    heading: 'There is nothing here',
    words: 'The link may be mistyped, or what it opened was deleted or is no longer shared with you.',
  },
  artifact_link_expired: {
    heading: 'This link has expired',
    words: 'Open the page again on which you found it: the link is made anew there.',
  },
};

function messageOf({ code, detail }: Problem): MessageModel {
  return messages[code] ?? { heading: problems[code].title, words: detail ?? problems[code].remedy };
}
