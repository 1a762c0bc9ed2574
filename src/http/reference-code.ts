import { html } from 'hono/html';
import type { Html } from './pages.ts';
import type { Shown } from './reference-model.ts';

/** The method of an operation, in a colour of its own. */
export function method({ method }: Pick<Shown, 'method'>): Html {
  return html`<span class="method ${method.toLowerCase()}">${method}</span>`;
}

/** A piece of code that can be copied; what is too wide is scrolled to, with the keyboard too. */
export function code(title: string, text: string, language: 'shell' | 'json'): Html {
  return html`<figure class="code">
    <figcaption>${title}</figcaption>
    <pre
      tabindex="0"
      role="region"
      aria-label="${title}"
    ><code>${language === 'json' ? colouredJson(text) : text}</code></pre>
  </figure>`;
}

/** Names and values of JSON in colours of their own. */
function colouredJson(text: string): Html {
  const parts = text.split(/("(?:[^"\\]|\\.)*"(?:\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)/i);
  return html`${parts.map((part, at) => (at % 2 === 0 ? part : html`<span class="${kindOf(part)}">${part}</span>`))}`;
}

function kindOf(part: string): string {
  if (part.endsWith(':')) return 'name';
  return part.startsWith('"') ? 'text' : 'value';
}

/** The request of the operation’s example, as a command for a terminal. */
export function curlOf({ method, path, parameters = [], requestBody }: Shown, publicUrl: string): string {
  const valueOf = (name: string) =>
    parameters.find((parameter) => parameter.in === 'path' && parameter.name === name)?.example;
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(textOf(valueOf(name) ?? name)));
  const query = parameters
    .filter(({ in: place, example }) => place === 'query' && example !== undefined)
    .map(({ name, example }) => `${name}=${encodeURIComponent(textOf(example))}`)
    .join('&');
  const body = requestBody?.content['application/json']?.example;
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}'${publicUrl}${address}${query && `?${query}`}'`,
    `-H "Authorization: Bearer $PARLEY_KEY"`,
    ...(body === undefined
      ? []
      : [`-H 'Content-Type: application/json'`, `-d '${jsonOf(body).replaceAll("'", `'\\''`)}'`]),
  ].join(' \\\n  ');
}

export function jsonOf(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
