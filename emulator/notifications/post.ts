import type { Post } from './notifications.ts';

/**
 * POSTs by `fetch`, to this machine only: whatever somebody subscribes to, nothing leaves it. `now` measures how long an
 * answer took.
 */
export function createPost(fetch: typeof globalThis.fetch, now: () => number): Post {
  return async ({ url, contentType, body, timeoutMs }) => {
    if (!isLoopback(new URL(url))) {
      return { kind: 'unreachable', why: 'The emulator sends notifications to this machine only.' };
    }
    const startedAt = now();
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': contentType },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      const answer = { status: response.status, contentType: response.headers.get('content-type') ?? '', body: text };
      return { kind: 'answered', ...answer, tookMs: now() - startedAt };
    } catch (error) {
      const isTimeout = error instanceof Error && error.name === 'TimeoutError';
      return isTimeout ? { kind: 'timeout' } : { kind: 'unreachable', why: reason(error) };
    }
  };
}

/** Whether an address is on this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
