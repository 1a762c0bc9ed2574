/** An answer of which only so many bytes arrive: then the connection breaks, or nothing more comes. */
export function cut(
  response: Response,
  { type, afterBytes }: { type: 'break-body' | 'stall-body'; afterBytes: number },
): Response {
  const { status, headers, body } = response;
  if (body === null) return response;
  const reader = body.getReader();
  let left = Math.floor(afterBytes);
  const part = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (left <= 0) return type === 'break-body' ? controller.error(broken()) : await untilCancelled;
      const { done, value } = await reader.read();
      if (done) return controller.close();
      controller.enqueue(value.subarray(0, left));
      left -= value.length;
    },
    cancel(reason) {
      stop();
      return reader.cancel(reason);
    },
  });
  let stop = () => {};
  const untilCancelled = new Promise<void>((resolve) => (stop = resolve));
  return new Response(part, { status, headers });
}

/** What undici says when the other side hangs up within a body. */
function broken(): TypeError {
  const cause = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
  return new TypeError('terminated', { cause });
}
