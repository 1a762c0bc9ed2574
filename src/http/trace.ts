/** What a caller's tracing calls the request (W3C Trace Context, section 3.2). */
export type Trace = { traceId: string; parentId: string };

/** The trace of a `traceparent` header; `undefined` for what is none, which the standard has us ignore. */
export function readTraceparent(header: string | undefined): Trace | undefined {
  const parts = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}(-.*)?$/.exec(header ?? '');
  const [, version, traceId = '', parentId = '', more] = parts ?? [];
  // Later versions may have more at the end; there will be no version ff.
  if (!parts || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return undefined;
  return { traceId, parentId };
}
