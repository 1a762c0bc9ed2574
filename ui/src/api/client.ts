import { hc, type ClientResponse } from 'hono/client';
import type { Api } from '../../../src/http/api.ts';
import { ApiError, unreachable } from './problem.ts';

/** The typed client of this server's API; the session cookie goes along by itself. */
export const api = hc<Api>('/').v1;

type Succeeded = 200 | 201 | 204;
type BodyOf<R> =
  R extends ClientResponse<infer Body, infer Status> ? ([Status] extends [Succeeded] ? Body : never) : never;

/** What a call of the client answers when all goes well. */
export type Answer<Call extends (...args: never[]) => Promise<unknown>> = BodyOf<Awaited<ReturnType<Call>>>;

/** Waits for an answer and gives its body; throws {@link ApiError} with the problem that the server, or the way there, had. */
export async function ask<R extends ClientResponse<unknown>>(pending: Promise<R>): Promise<BodyOf<R>> {
  const response = await pending.catch((cause: unknown) => {
    throw new ApiError(unreachable, { cause });
  });
  if (!response.ok) throw await ApiError.from(response);
  // The client's types say which body belongs to which status; here the status is known to be a good one.
  return (response.status === 204 ? null : await response.json()) as BodyOf<R>;
}

/** Goes with a request that changes something: the server says what would happen, and nothing does. */
export const dryRun = {
  fetch: (input: Request | URL | string, init?: RequestInit) =>
    fetch(`${input instanceof Request ? input.url : String(input)}?dryRun=true`, init),
};

/** {@link ask} for a request with {@link dryRun}: what its answer would be. */
export async function askDry<R extends ClientResponse<unknown>>(pending: Promise<R>): Promise<BodyOf<R>> {
  // The server wraps the answer that the client's types know.
  const { answer } = (await ask(pending)) as unknown as { answer: BodyOf<R> };
  return answer;
}

/** {@link ask} for an answer that is a text. */
export async function askText(pending: Promise<ClientResponse<unknown>>): Promise<string> {
  const response = await pending.catch((cause: unknown) => {
    throw new ApiError(unreachable, { cause });
  });
  if (!response.ok) throw await ApiError.from(response);
  return response.text();
}
