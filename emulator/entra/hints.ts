import { html } from 'hono/html';
import type { Context } from '../context.ts';
import type { Html } from '../page.ts';
import type { AadstsError } from './aadsts.ts';
import { errorPage } from './pages.ts';

/** Entra's error page, with the way out that only an emulator can show. */
export async function explainPage(
  context: Context,
  request: Request,
  params: URLSearchParams,
  failure: AadstsError,
): Promise<Response> {
  return errorPage(context, request, failure, hintFor(context, params, failure.code));
}

function hintFor(context: Context, params: URLSearchParams, code: number): Html | undefined {
  const control = `${context.origins.control}/control#apps`;
  if (code === 50011) {
    const app = context.directory.apps.get(params.get('client_id') ?? '');
    return html`<p class="notice">
      Registered for ${app?.displayName}: ${(app?.redirectUris ?? []).map(({ uri }) => html`<br /><code>${uri}</code>`)}
      <br />In the emulator you can <a href="${control}">add one</a>.
    </p>`;
  }
  if (code === 700016) {
    return html`<p class="notice">The app registrations of this emulator are <a href="${control}">listed here</a>.</p>`;
  }
  if (code === 50057 || code === 53003) {
    const people = `${context.origins.control}/control#people`;
    return html`<p class="notice">This person’s account is set up so. <a href="${people}">Change it</a>.</p>`;
  }
  return undefined;
}
