/** Where a sign-in ended: back at the app, or on a page of Entra's that leads no further. */
export type SignInOutcome =
  | {
      kind: 'redirect';
      /** The whole address that the browser was sent to. */
      url: string;
      /** What it carries, be it in the query, the fragment or a posted form. */
      params: URLSearchParams;
    }
  | { kind: 'page'; title: string; status: number; html: string };

/** What the person does on the pages that appear. */
export type Person = {
  /** User principal name or object id. */
  user: string;
  /** On the consent page; `back` leaves the page "Need admin approval". Accepts when absent. */
  decision?: 'accept' | 'cancel' | 'back';
  /** Ticks "Consent on behalf of your organization". */
  organization?: boolean;
};

export type Browser = {
  /** Opens a sign-in or admin consent address and goes through its pages like this person. */
  visit(url: string, person: Person): Promise<SignInOutcome>;
};

/** A browser without a screen, with its own cookies: signs people in where a test or a script has nobody to click. */
export function openBrowser(fetch: typeof globalThis.fetch): Browser {
  const cookies = new Map<string, string>();
  const send = async (url: string, form?: URLSearchParams): Promise<Response> => {
    const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    const response = await fetch(url, {
      headers,
      redirect: 'manual',
      ...(form !== undefined && { method: 'POST', body: form }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    return response;
  };
  return {
    async visit(url, person) {
      let response = await send(url);
      for (let steps = 0; steps < 10; steps += 1) {
        const location = response.headers.get('location');
        if (location !== null) return redirected(location);
        const page = readPage(await response.text());
        const press = choose(page, person);
        if (press === undefined) return { kind: 'page', title: page.title, status: response.status, html: page.html };
        if (page.title === 'Working') return { kind: 'redirect', url: page.action, params: press };
        response = await send(new URL(page.action, url).href, press);
      }
      throw new Error(`The pages of ${url} lead in a circle`);
    },
  };
}

type Page = {
  title: string;
  html: string;
  action: string;
  hidden: [string, string][];
  buttons: { name: string; value: string; text: string }[];
};

function redirected(location: string): SignInOutcome {
  const { search, hash } = new URL(location);
  return { kind: 'redirect', url: location, params: new URLSearchParams(hash === '' ? search : hash.slice(1)) };
}

/** The form data that this person's press of a button sends; `undefined` where there is nothing to press. */
function choose(page: Page, person: Person): URLSearchParams | undefined {
  const form = new URLSearchParams(page.hidden);
  if (page.title === 'Working') return form;
  const people = page.buttons.filter(({ name }) => name === 'user');
  if (people.length > 0) {
    const wanted = person.user.toLowerCase();
    const button = people.find(
      ({ value, text }) => value === wanted || text.toLowerCase().split(/\s+/).includes(wanted) || people.length === 1,
    );
    if (button === undefined) throw new Error(`${person.user} is not offered on "${page.title}"`);
    form.set('user', button.value);
    return form;
  }
  const decision = person.decision ?? 'accept';
  if (!page.buttons.some(({ name, value }) => name === 'decision' && value === decision)) return undefined;
  form.set('decision', decision);
  if (person.organization === true) form.set('organization', 'yes');
  return form;
}

function readPage(html: string): Page {
  const attribute = (tag: string, name: string) => unescape(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
  return {
    title: unescape(/<title>(.*?) · /s.exec(html)?.[1] ?? '').trim(),
    html,
    action: attribute(/<form\b[^>]*>/.exec(html)?.[0] ?? '', 'action'),
    hidden: [...html.matchAll(/<input\s[^>]*type="hidden"[^>]*>/g)].map(([tag]) => [
      attribute(tag, 'name'),
      attribute(tag, 'value'),
    ]),
    buttons: [...html.matchAll(/(<button\b[^>]*>)(.*?)<\/button>/gs)].map(([, tag = '', text = '']) => ({
      name: attribute(tag, 'name'),
      value: attribute(tag, 'value'),
      text: unescape(text.replaceAll(/<[^>]+>/g, ' ')),
    })),
  };
}

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };

function unescape(text: string): string {
  return text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);
}
