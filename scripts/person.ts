/** A page as a person without JavaScript sees it. */
export type Page = { url: string; status: number; text: string };

type Button = { action: string; method: string; fields: Record<string, string> };

/**
 * A browser without a screen: keeps cookies per host, follows redirects, presses buttons in forms. It lets a script or a
 * test do over HTTP what a person does, through the same pages.
 */
export function createPerson(fetch: typeof globalThis.fetch) {
  const cookies = new Map<string, Map<string, string>>();

  async function send(
    url: string,
    init: { method: string; body?: string; headers?: Record<string, string> },
  ): Promise<Response> {
    const host = new URL(url).host;
    const jar = cookies.get(host) ?? new Map<string, string>();
    cookies.set(host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', 'sec-fetch-site': 'same-origin', ...(cookie && { cookie }), ...init.headers },
    });
    for (const line of response.headers.getSetCookie()) keep(jar, line);
    return response;
  }

  async function follow(url: string, init: Parameters<typeof send>[1], until?: string): Promise<Page> {
    let at = url;
    let response = await send(at, init);
    for (let hops = 0; hops < 10 && response.status >= 300 && response.status < 400; hops += 1) {
      at = new URL(response.headers.get('location') ?? '', at).href;
      await response.body?.cancel();
      if (until !== undefined && at.startsWith(until)) return { url: at, status: response.status, text: '' };
      response = await send(at, { method: 'GET' });
    }
    return { url: at, status: response.status, text: await response.text() };
  }

  /** With `until`, a redirect to an address that begins so is not followed: its address is the page. */
  const visit = (url: string, until?: string) => follow(url, { method: 'GET' }, until);

  /** Presses the button whose form leads to `action` (a part of it), with more fields typed in. */
  async function press(page: Page, action: string, typed: Record<string, string> = {}, until?: string): Promise<Page> {
    const button = buttonsOf(page).find((candidate) => candidate.action.includes(action));
    if (!button)
      throw new Error(`There is no button for “${action}” at ${page.url} (${page.status}): ${page.text.slice(0, 500)}`);
    return follow(
      button.action,
      {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ ...button.fields, ...typed }).toString(),
      },
      until,
    );
  }

  /** Calls Parley's API in the person's browser session. Throws unless the answer is a success. */
  async function call<T>(url: string, method = 'GET', body?: unknown): Promise<T> {
    const response = await send(url, {
      method,
      headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  return { visit, press, call, send };
}

export type Person = ReturnType<typeof createPerson>;

/** Signs in to the console with a one-time link. */
export async function signIn(person: Person, link: string): Promise<Page> {
  return person.press(await person.visit(link), '/sign-in/');
}

/** Connects Microsoft Teams as one of the emulator's people: picks the account and, where it is asked, consents. */
export async function connectTeams(
  person: Person,
  publicUrl: string,
  userId: string,
  decision: 'accept' | 'cancel' = 'accept',
): Promise<Page> {
  const { url } = await person.call<{ url: string }>(`${publicUrl}/v1/integrations/teams/connect`, 'POST', {});
  let page = await person.visit(url);
  if (page.text.includes('/authorize/sign-in')) page = await person.press(page, '/authorize/sign-in', { user: userId });
  if (page.text.includes('/authorize/consent')) page = await person.press(page, '/authorize/consent', { decision });
  return page;
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';');
  const name = pair.slice(0, pair.indexOf('=')).trim();
  const ended = attributes.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute));
  if (ended) jar.delete(name);
  else jar.set(name, pair.slice(pair.indexOf('=') + 1));
}

/** The forms of a page, each with its hidden fields. Enough for pages of our own and of the emulator, not for any HTML. */
function buttonsOf(page: Page): Button[] {
  return [...page.text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, attributes = '', inside = '']) => {
    const hidden = [...inside.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
      attribute(input, 'name'),
      attribute(input, 'value'),
    ]);
    return {
      action: new URL(attribute(attributes, 'action') || page.url, page.url).href,
      method: attribute(attributes, 'method'),
      fields: Object.fromEntries(hidden) as Record<string, string>,
    };
  });
}

function attribute(tag: string, name: string): string {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
  return value
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
