import { html, raw } from 'hono/html';
import type { Context } from '../context.ts';
import { htmlPage } from '../page.ts';
import { explain } from './aadsts.ts';
import type { AadstsError } from './aadsts.ts';
import type { Target } from './authorize-request.ts';

type Destination = Pick<Target, 'redirectUri' | 'responseMode' | 'state' | 'app'>;

/** Sends the browser back to the app with these parameters, the way the request asked for. */
export async function sendBack(target: Destination, values: Record<string, string>): Promise<Response> {
  const params = { ...values, ...(target.state !== null && { state: target.state }) };
  if (target.responseMode === 'form_post') return formPost(target, params);
  const text = new URLSearchParams(params).toString();
  return new Response(null, {
    status: 302,
    headers: { location: withParams(target, text), 'cache-control': 'no-store' },
  });
}

/** Sends the browser back to the app with an error. */
export async function sendBackError(
  context: Context,
  request: Request,
  target: Destination,
  failure: AadstsError,
  overrides: { error?: string; subcode?: string; extra?: Record<string, string> } = {},
): Promise<Response> {
  const refusal = explain(context, request, failure.code, failure.values);
  return sendBack(target, {
    ...overrides.extra,
    error: overrides.error ?? refusal.error,
    ...(overrides.subcode !== undefined && { error_subcode: overrides.subcode }),
    error_description: refusal.description,
    ...(failure.claims !== undefined && { claims: failure.claims }),
    error_uri: `${new URL(request.url).origin}/error?code=${failure.code}`,
  });
}

/** A redirect URI without a path comes back with a slash (Entra docs: reply-url). */
function withParams({ redirectUri, responseMode }: Destination, text: string): string {
  const bare = /^[a-z]+:\/\/[^/?#]+$/i.test(redirectUri) ? `${redirectUri}/` : redirectUri;
  if (responseMode === 'fragment') return `${bare}#${text}`;
  return `${bare}${bare.includes('?') ? '&' : '?'}${text}`;
}

async function formPost(target: Destination, params: Record<string, string>): Promise<Response> {
  return htmlPage({
    title: 'Working',
    script: true,
    body: html`<div class="card">
      <h1>Back to ${target.app.displayName}</h1>
      <form method="post" action="${target.redirectUri}">
        ${Object.entries(params).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
        <p class="actions"><button class="primary">Continue</button></p>
      </form>
      <script>
        ${raw('document.forms[0].submit();')};
      </script>
    </div>`,
  });
}
