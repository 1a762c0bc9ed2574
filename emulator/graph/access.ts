import type { Context } from '../context.ts';
import type { User } from '../directory.ts';
import { findUser, PERSONAL_TENANT_ID } from '../directory.ts';
import type { Caller } from '../entra/access-token.ts';
import { verifyAccessToken } from '../entra/access-token.ts';
import type { Call } from './call.ts';
import { mailboxPermissions } from '../policies/exchange-scopes.ts';
import {
  accessDenied,
  badRequest,
  forbidden,
  GraphError,
  invalidToken,
  requestDenied,
  resourceNotFound,
} from './graph-error.ts';
import type { Operation, Rule } from './permissions.ts';
import { operations } from './permissions.ts';

/** Who calls, or 401. */
export async function authenticate(context: Context, authorization: string | null): Promise<Caller> {
  const caller = await verifyAccessToken(context, authorization);
  if (caller.kind === 'refused') throw invalidToken(caller.message);
  return caller;
}

/**
 * Refuses a caller who lacks what the operation needs, and an app that asks for `/me`. Returns the caller with the
 * permissions that count here: Exchange has its own say about what an app may do in a mailbox.
 */
export function authorize(
  context: Context,
  caller: Caller,
  operation: Operation,
  path: { isMe: boolean; user: string | undefined },
): Caller {
  if (path.isMe && caller.kind === 'app') {
    throw badRequest('/me request is only valid with delegated authentication flow.');
  }
  const rule: Rule = operations[operation];
  const mailbox =
    rule.service === 'exchange' && path.user !== undefined
      ? findUser(context.directory, path.user, caller.tenant.id)
      : undefined;
  if (caller.kind === 'app' && mailbox !== undefined) {
    const { effective, refuse } = mailboxPermissions(context, caller, mailbox);
    const scoped: Caller = { ...caller, roles: effective };
    if (holdsAny(scoped, rule.application)) return scoped;
    throw refuse(rule.application);
  }
  if (rule.service === 'notifications') return caller;
  const needed = allowed(caller, rule);
  if (holdsAny(caller, needed)) return caller;
  throw rule.service === 'directory' ? requestDenied() : refusals[rule.service](caller, needed);
}

const refusals: Record<'exchange' | 'teams', (caller: Caller, needed: readonly string[]) => GraphError> = {
  exchange: () => accessDenied(),
  /** The code is reported for Teams, the sentence is that of other Teams resources. */
  teams: (caller, needed) => {
    const [kind, name] = caller.kind === 'app' ? ['role', 'Roles'] : ['scope', 'Scopes'];
    return forbidden(
      `Missing ${kind} permissions on the request. API requires one of '${needed.join(', ')}'. ` +
        `${name} on the request '${held(caller).join(', ')}'.`,
    );
  },
};

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
