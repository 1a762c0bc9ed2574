import { ApiError, unreachable } from './problem.ts';

/** Asks the API of this server for an address that the typed client does not have; throws {@link ApiError}. */
export async function rest<Body>(method: string, path: string, json?: unknown): Promise<Body> {
  const response = await fetch(`/v1${path}`, {
    method,
    ...(json !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
  }).catch((cause: unknown) => {
    throw new ApiError(unreachable, { cause });
  });
  if (!response.ok) throw await ApiError.from(response);
  // Whoever asks names what the address answers.
  return (response.status === 204 ? null : await response.json()) as Body;
}

/** The part of an address behind the question mark; what is undefined is left out. */
export function queryText(query: Record<string, string | number | undefined>): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length > 0 ? `?${new URLSearchParams(given).toString()}` : '';
}
