import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { EmailDeps } from '../email/service.ts';
import { messagePage } from '../http/message.ts';
import type { Html } from '../http/pages.ts';
import type { Log } from '../log.ts';
import { findVisitor, type Portal, type PortalVisitor } from './service.ts';
import { entryPage } from './views/entry.ts';

export type VisitDeps = EmailDeps & { dataKeys: DataKeys; publicUrl: string; log: Log };
/** One request to the portal of a workspace; `path` is where that portal is. */
export type Visit = { c: Context; deps: VisitDeps; portal: Portal; path: string };

/** Who has entered on this device; `undefined`: nobody, or their time is over. */
export async function visitorOf({ c, deps, portal }: Visit): Promise<PortalVisitor | undefined> {
  const token = getCookie(c, cookieName(deps));
  return token === undefined ? undefined : findVisitor(deps, portal, token);
}

type Asking = {
  /** The booking whose recordings they wanted to see. */
  next?: string | undefined;
  typed?: string;
  error?: string;
};

/** Asks for the address to which a link is sent; after a fault, keeps what was typed. */
export function askWhoItIs({ c, deps, portal, path }: Visit, { next, typed = '', error }: Asking = {}) {
  if (!deps.sendMail) return page(c, messagePage(noMail));
  const model = { workspaceName: portal.name, path, next, typed };
  return error === undefined ? page(c, entryPage(model)) : page(c, entryPage({ ...model, error }), 400);
}

const noMail = {
  heading: 'Links cannot be sent from here',
  words: 'E-mail is not set up on this server. Each of your appointments has a page of its own: use its link.',
};

/** The booking whose recordings somebody wants to see after they have entered. */
export function nextOf(text: string | null | undefined): string | undefined {
  return /^bkg_[a-z0-9]{24}$/.exec(text ?? '')?.[0];
}

/** Where a visitor sees what is left of an appointment. */
export function recordingsPath(path: string, bookingId: string): string {
  return `${path}/appointments/${bookingId}/recordings`;
}

/** `__Host-` binds the cookie to this host over https; plain loopback cannot have that prefix. */
export function cookieName({ publicUrl }: Pick<VisitDeps, 'publicUrl'>): string {
  return publicUrl.startsWith('https:') ? '__Host-parley-visitor' : 'parley-visitor';
}

export function cookieOptions({ publicUrl }: Pick<VisitDeps, 'publicUrl'>) {
  return { path: '/', secure: publicUrl.startsWith('https:'), sameSite: 'Lax' } as const;
}

export function page(c: Context, content: Html, status: 200 | 400 | 403 | 404 | 410 | 413 | 500 | 503 = 200) {
  return c.html(content, status);
}
