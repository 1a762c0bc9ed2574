import type { Context } from '../context.ts';
import type { User } from '../directory.ts';
import { findUser, PERSONAL_TENANT_ID } from '../directory.ts';
import type { Caller } from '../entra/access-token.ts';
import { verifyAccessToken } from '../entra/access-token.ts';
import type { Call } from './call.ts';
import { accessDenied, badRequest, GraphError, invalidToken, requestDenied, resourceNotFound } from './graph-error.ts';
import type { Operation, Rule } from './permissions.ts';
import { operations } from './permissions.ts';

/** Who calls, or 401. */
export async function authenticate(context: Context, authorization: string | null): Promise<Caller> {
  const caller = await verifyAccessToken(context, authorization);
  if (caller.kind === 'refused') throw invalidToken(caller.message);
  return caller;
}

/** Refuses a caller whose token lacks what the operation needs, and an app that asks for `/me`. */
export function authorize(caller: Caller, operation: Operation, isMe: boolean): void {
  if (isMe && caller.kind === 'app') {
    throw badRequest('/me request is only valid with delegated authentication flow.');
  }
  const rule: Rule = operations[operation];
  if (held(caller).some((permission) => allowed(caller, rule).includes(permission))) return;
  throw rule.service === 'exchange' ? accessDenied() : requestDenied();
}

/** Whether the caller holds one of these permissions. */
export function holdsAny(caller: Caller, permissions: readonly string[]): boolean {
  return held(caller).some((permission) => permissions.includes(permission));
}

/** The person that `/me` or `/users/{id|upn}` names, in the caller's tenant; 404 as the directory words it. */
export function directoryUser(call: Call): User {
  const key = call.params['user'];
  if (key === undefined) return signedInUser(call.caller);
  const user = findUser(call.context.directory, key, call.caller.tenant.id);
  if (user === undefined) throw resourceNotFound(key);
  return user;
}

/** The person whose mailbox the path names; refused when it is another's, missing, or not there. */
export function mailboxUser(call: Call): User {
  const user = exchangeUser(call);
  if (call.caller.kind === 'delegated' && call.caller.user.id !== user.id) throw accessDenied();
  if (user.mailbox === null) {
    throw new GraphError(
      404,
      'MailboxNotEnabledForRESTAPI',
      'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
    );
  }
  return user;
}

/** The person with a mailbox who receives mail for an address, in any tenant. */
export function findMailboxByAddress(context: Context, address: string, tenantId?: string): User | undefined {
  const wanted = address.toLowerCase();
  for (const user of context.directory.users.values()) {
    if (user.mailbox === null || (tenantId !== undefined && user.tenantId !== tenantId)) continue;
    if (addressesOf(user).includes(wanted)) return user;
  }
  return undefined;
}

/** The address that others see. */
export function primaryAddress(user: User): string {
  return user.mail ?? user.userPrincipalName;
}

/** Whether the account is a personal one. */
export function isPersonal(user: User): boolean {
  return user.tenantId === PERSONAL_TENANT_ID;
}

/** Every address that leads to the person, in lower case. */
export function addressesOf(user: User): string[] {
  const proxies = user.proxyAddresses.map((address) => address.replace(/^smtp:/i, ''));
  return [user.mail ?? '', user.userPrincipalName, ...proxies].map((address) => address.toLowerCase());
}

function exchangeUser(call: Call): User {
  const key = call.params['user'];
  if (key === undefined) return signedInUser(call.caller);
  const user = findUser(call.context.directory, key, call.caller.tenant.id);
  if (user === undefined) throw new GraphError(404, 'ErrorInvalidUser', `The requested user '${key}' is invalid.`);
  return user;
}

function signedInUser(caller: Caller): User {
  if (caller.kind === 'delegated') return caller.user;
  throw badRequest('/me request is only valid with delegated authentication flow.');
}

function held(caller: Caller): string[] {
  return caller.kind === 'app' ? caller.roles : caller.scopes;
}

function allowed(caller: Caller, rule: Rule): readonly string[] {
  if (caller.kind === 'app') return rule.application;
  return caller.personal ? rule.personal : rule.work;
}
