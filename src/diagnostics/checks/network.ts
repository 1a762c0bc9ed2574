import { parseTokenError } from '../../microsoft/token-error.ts';
import { discoveryAnswer } from '../../microsoft/wire.ts';
import { toProblem } from '../../microsoft/problems.ts';
import { Problem } from '../../problem.ts';
import { placeOf, type Check, type Context, type Reached, type Result } from '../check.ts';
import { hostOf, resultOf } from './asking.ts';
import { networkFault } from './network-fault.ts';

/** Entra’s discovery document can be read. */
export const authority: Check = {
  name: 'authority',
  label: 'The way to Microsoft’s sign-in',
  uses: ['app-registration'],
  async run(context) {
    const { authority, tenantId } = placeOf(context);
    const url = `${authority.replace(/\/$/, '')}/${tenantId}/v2.0/.well-known/openid-configuration`;
    const answer = await reach(context, url);
    if ('title' in answer) return answer;
    const { status, json } = answer;
    const reached = `${answer.reached.host} answers.`;
    if (status === 200 && discoveryAnswer.safeParse(json).success) {
      context.facts.authority = answer.reached;
      return { status: 'ok', title: reached };
    }
    if (isRecord(json) && 'error' in json) {
      const problem = toProblem(parseTokenError({ status, leg: 'metadata', body: json }));
      const provider = problem.provider;
      const exchange = context.exchanges.at(-1);
      if (exchange && provider)
        Object.assign(exchange, { answered: `${status} ${provider.code}`, requestId: provider.requestId });
      return resultOf(problem);
    }
    return stranger(answer);
  },
};

/** Graph answers, and refuses whoever has no token: so it is Graph, and no page of a proxy. */
export const graph: Check = {
  name: 'graph',
  label: 'The way to Microsoft Graph',
  uses: ['app-registration'],
  async run(context) {
    const answer = await reach(context, `${placeOf(context).graphBaseUrl.replace(/\/$/, '')}/v1.0/me`);
    if ('title' in answer) return answer;
    const { status, json, reached } = answer;
    if (status !== 401 || !isRecord(json) || !('error' in json)) return stranger(answer);
    context.facts.graph = reached;
    return { status: 'ok', title: `${reached.host} answers, and refuses who has no token.` };
  },
};

type Answer = { status: number; json: unknown; reached: Reached };

/** Asks without any token; an answer that does not come is a result already. */
async function reach(context: Context, url: string): Promise<Answer | Result> {
  const { fetch, now, signal, exchanges } = context;
  const host = hostOf(url);
  const startedAt = now();
  const exchange = { asked: `GET ${host}${new URL(url).pathname}`, at: startedAt };
  try {
    const response = await fetch(url, { headers: { accept: 'application/json' }, redirect: 'manual', signal });
    const endedAt = now();
    const text = await response.text();
    const durationMs = endedAt.getTime() - startedAt.getTime();
    const requestId = response.headers.get('request-id') ?? response.headers.get('x-ms-request-id') ?? undefined;
    exchanges.push({ ...exchange, answered: String(response.status), requestId, durationMs });
    const middle = startedAt.getTime() + durationMs / 2;
    return { status: response.status, json: parse(text), reached: { host, aheadMs: ahead(response.headers, middle) } };
  } catch (error) {
    const { code, title, remedy } = networkFault(error, host);
    const durationMs = now().getTime() - startedAt.getTime();
    exchanges.push({ ...exchange, answered: `no answer (${code})`, durationMs });
    return { status: 'failed', title, remedy, problem: new Problem('microsoft_unreachable', { cause: error }) };
  }
}

/** Something answered, but not as Microsoft does. */
function stranger({ status, reached: { host } }: Answer): Result {
  if (status >= 500 || status === 429) {
    const code = status === 429 ? 'throttled' : 'microsoft_unavailable';
    return {
      status: 'not_known',
      title: `${host} answers that it cannot work now (${status}).`,
      problem: new Problem(code),
    };
  }
  return {
    status: 'failed',
    title: `Something else than Microsoft answers at ${host}.`,
    notes: [`The answer has status ${status}, and is not the one that Microsoft gives.`],
    remedy: `Whoever runs this server looks for a proxy or a sign-in page in front of ${host}, and checks MicrosoftTeams__Authority and MicrosoftTeams__GraphBaseUrl.`,
    problem: new Problem('microsoft_answer_unreadable'),
  };
}

/** The header has whole seconds, rounded down: on average it is half a second behind. */
function ahead(headers: Headers, at: number): number | undefined {
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? undefined : Math.round(date + 500 - at);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
