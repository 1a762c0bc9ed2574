import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Principal } from '../access/principal.ts';
import { asProblem } from '../http/problems.ts';
import { newRouter, type ApiContext } from '../http/router.ts';
import type { Log } from '../log.ts';
import { Problem } from '../problem.ts';
import { artifactTools } from './artifacts.ts';
import { readAnswer } from './ask.ts';
import { bookingTools } from './bookings.ts';
import { diagnosisTools } from './diagnosis.ts';
import { meetingTools } from './meetings.ts';
import { problemResult } from './result.ts';
import { slotTools } from './slots.ts';
import type { Ask, Tool } from './tool.ts';

type Deps = {
  publicUrl: string;
  log: Log;
  /** Whether a key may ask for an operation of the API. */
  mayAsk: (principal: Principal, operation: string) => boolean;
  /** The whole of the HTTP application, within this process. */
  api: (request: Request, connection: object) => Response | Promise<Response>;
};

const tools = [...slotTools, ...bookingTools, ...meetingTools, ...artifactTools, ...diagnosisTools];

/** What goes with each question, so that networks of keys, sites of workspaces and traces hold for it as well. */
const handedOn = ['authorization', 'origin', 'x-forwarded-for', 'traceparent', 'tracestate'];

/**
 * `/mcp`: tools for agents over Streamable HTTP. No session is kept: each request has its own server, which asks the API
 * with the key that came with the request. Whoever mounts it has seen to the key, the origin and the size.
 */
export function mcpRoutes(deps: Deps) {
  return newRouter().post('/mcp', async (c) => {
    const principal = c.get('principal');
    if (principal.kind !== 'key') throw new Problem('unauthorized', { detail: 'Agents come with an API key.' });
    const allowed = tools.filter(({ operation }) => deps.mayAsk(principal, operation));
    const toolbox = {
      list: () => ({ tools: allowed.map(describe) }),
      call: (named: Named) => callTool(deps, c, named),
    };
    const message = await messageOf(c);
    const { exchange } = await sdk();
    const answered = await exchange(toolbox, c.req.raw, message);
    return c.newResponse(answered.body, answered); // with the headers that every answer has
  });
}

/** Many servers never hear of an agent: what speaks the protocol takes 35 MB, and is loaded when the first one comes. */
const sdk = () => import('./exchange.ts');

/** Answers are much longer than the messages that ask for them: few at once. */
const mostAtOnce = 10;

async function messageOf(c: ApiContext): Promise<unknown> {
  const message: unknown = JSON.parse(await c.req.text());
  if (!Array.isArray(message) || message.length <= mostAtOnce) return message;
  const detail = `At most ${mostAtOnce} messages at once.`;
  throw new Problem('invalid_request', { errors: [{ pointer: '', detail }] });
}

function describe({ name, title, description, annotations, inputSchema }: Tool) {
  return { name, title, description, annotations, inputSchema };
}

type Named = { name: string; arguments?: Record<string, unknown> | undefined };

/** What a tool answers; the API refuses what the key has no permission for, with its name. `undefined`: there is none. */
async function callTool(
  deps: Deps,
  c: ApiContext,
  { name, arguments: given }: Named,
): Promise<CallToolResult | undefined> {
  const tool = tools.find((one) => one.name === name);
  if (!tool) return undefined;
  const requestId = c.get('requestId');
  try {
    return await tool.call(asking(deps, c), given);
  } catch (error) {
    const problem = asProblem(error);
    if (problem.code === 'internal_error') deps.log.error({ err: error, requestId, tool: name }, 'tool failed');
    return problemResult(problem, requestId);
  }
}

/** Asks the API within this process, as whoever sent this request. */
function asking({ api, publicUrl }: Deps, c: ApiContext): Ask {
  const { incoming } = (c.env ?? {}) as { incoming?: object };
  return async ({ method, path, body, headers: own }) => {
    const headers = new Headers({ ...own, 'x-request-id': c.get('requestId') });
    for (const name of handedOn) {
      const value = c.req.header(name);
      if (value !== undefined) headers.set(name, value);
    }
    if (body !== undefined) headers.set('content-type', 'application/json');
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    return readAnswer(await api(new Request(new URL(path, publicUrl), init), { incoming }));
  };
}
