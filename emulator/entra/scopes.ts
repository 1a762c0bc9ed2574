import type { Context } from '../context.ts';
import type { AppRegistration } from '../directory.ts';
import { AadstsError } from './aadsts.ts';
import { GRAPH_APP_ID, GRAPH_AUDIENCE } from './access-token.ts';
import { findDelegated, isOpenId } from './permissions.ts';

/** What a `scope` parameter asks for, spelled as Microsoft spells it. */
export type RequestedScopes = {
  /** Delegated Graph permissions. */
  graph: string[];
  openId: string[];
  /** `/.default`: whatever the app registration has configured. */
  isDefault: boolean;
};

/** Reads a `scope` parameter. Throws AADSTS70011, 650053, 500011 or 700022. */
export function readScopes(context: Context, app: AppRegistration, text: string): RequestedScopes {
  const names = text.split(/\s+/).filter(Boolean);
  if (names.length === 0) throw new AadstsError(70011, { scope: text });
  const graph = new Set<string>();
  const openId = new Set<string>();
  let isDefault = false;
  for (const name of names) {
    const short = withoutResource(context, name);
    if (short === '.default') isDefault = true;
    else (isOpenId(short.toLowerCase()) ? openId : graph).add(spell(app, short));
  }
  if (isDefault && graph.size > 0) throw new AadstsError(70011, { scope: text });
  if (isDefault) configured(app).forEach((scope) => graph.add(scope));
  return { graph: [...graph], openId: [...openId], isDefault };
}

/** Delegated Graph permissions of the app registration. */
export function configured(app: AppRegistration): string[] {
  return app.delegatedPermissions.filter((scope) => !isOpenId(scope));
}

/** Whether this is Graph's `/.default`, under any of Graph's names. */
export function isGraphDefault(context: Context, scope: string): boolean {
  return scope.includes('/') && withoutResource(context, scope) === '.default';
}

function withoutResource(context: Context, name: string): string {
  const prefixes = [GRAPH_AUDIENCE, GRAPH_APP_ID, context.origins.graph].map((resource) => `${resource}/`);
  const prefix = prefixes.find((prefix) => name.startsWith(prefix));
  if (prefix !== undefined) return name.slice(prefix.length).replace(/^\//, '');
  const cut = name.lastIndexOf('/');
  if (cut > 0) throw new AadstsError(500011, { resource: name.slice(0, cut), tenant: 'this directory' });
  return name;
}

function spell(app: AppRegistration, name: string): string {
  const spelled = findDelegated(name);
  if (spelled === undefined) throw new AadstsError(650053, { app: app.displayName, scope: name });
  return spelled;
}
