import { html } from 'hono/html';
import { icon, type IconName } from './icons.ts';
import { type Html, layout, type PageModel } from './pages.ts';

type Frame = Omit<PageModel, 'content'> & { width: 'narrow' | 'wide'; content: Html };

/** A visitor's page: one calm sheet. `wide` is for the calendar, `narrow` for everything that is read or typed. */
export function frame({ width, content, ...page }: Frame): Html {
  return layout({ ...page, content: html`<main class="sheet ${width}">${content}</main>` });
}

/** A state in words with its icon: `problem` needs the visitor, `wait` needs patience, `good` needs nothing. */
export function notice(kind: 'good' | 'wait' | 'problem', words: Html | string): Html {
  const icons: Record<typeof kind, IconName> = { good: 'check', wait: 'clock', problem: 'warning' };
  return html`<div class="notice ${kind}" role="${kind === 'problem' ? 'alert' : 'status'}">
    ${icon(icons[kind])}
    <p>${words}</p>
  </div>`;
}

/** A time in words whose “10:00–10:30” stays on one line. */
export function whenView(when: string): Html {
  const [before = '', clock = '', after = ''] = when.split(/(\d\d:\d\d–\d\d:\d\d)/);
  return clock ? html`${before}<span class="clock">${clock}</span>${after}` : html`${before}`;
}

/** Fields that a form sends without showing them. */
export function hiddenFields(fields: Record<string, string | undefined>): Html {
  return html`${Object.entries(fields).map(([name, value]) => value !== undefined && html`<input type="hidden" name="${name}" value="${value}" />`)}`;
}
