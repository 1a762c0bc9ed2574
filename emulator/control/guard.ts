/**
 * Refuses changes that another web page sends: what a person's browser can reach, any site could otherwise press the
 * buttons of. Tools that are no browser send neither header.
 */
export function refuseForeign(request: Request): Response | undefined {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  const site = request.headers.get('sec-fetch-site');
  const origin = request.headers.get('origin');
  const isForeign =
    site === null
      ? origin !== null && origin !== new URL(request.url).origin
      : site !== 'same-origin' && site !== 'none';
  return isForeign
    ? Response.json({ error: 'Only the emulator’s own pages may do this.' }, { status: 403 })
    : undefined;
}
