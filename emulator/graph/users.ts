import type { User } from '../directory.ts';
import { usersAsOf } from '../directory.ts';
import { directoryUser, holdsAny, isPersonal } from './access.ts';
import type { Call, Reply } from './call.ts';
import { numberOption, queryOption, serviceRoot } from './call.ts';
import { badRequest, GraphError, requestDenied } from './graph-error.ts';
import type { Expression } from './odata-filter.ts';
import { compareIgnoringCase, parseFilter, satisfies, usesOf } from './odata-filter.ts';
import { nextLink, ordered, project, selectedProperties } from './odata-page.ts';
import type { Route } from './routes.ts';
import { under } from './routes.ts';
import { defaultUserProperties, fullProfileProperties, userJson, userProperties } from './user-json.ts';

const fullProfile = ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'];

export const userRoutes: Route[] = [
  ...under('', [
    ['GET', '/me', 'read me', (call) => userReply(call, directoryUser(call))],
    ['GET', '/users', 'list users', listUsers],
    ['GET', '/users/%24count', 'list users', countUsers],
    ['GET', '/users/:user', 'read user', readUser],
  ]),
];

function readUser(call: Call): Reply {
  // With User.Read alone, and for personal accounts always, people see only themselves.
  const { caller } = call;
  const mayReadOthers =
    caller.kind === 'app' || (!caller.personal && holdsAny(caller, [...fullProfile, 'User.ReadBasic.All']));
  const user = directoryUser(call);
  if (!mayReadOthers && caller.kind === 'delegated' && user.id !== caller.user.id) throw requestDenied();
  return userReply(call, user);
}

function userReply(call: Call, user: User): Reply {
  const selected = selectedProperties(call, userProperties, 'user') ?? defaultUserProperties;
  if (selected.includes('mailboxSettings')) requireMailboxSettings(call);
  const shown = selected.filter((name) => !(isPersonal(user) && fullProfileProperties.has(name)));
  const json = visible(call, user, userJson(call.context, user));
  const fragment = queryOption(call, 'select') === undefined ? 'users' : `users(${selected.join(',')})`;
  return {
    status: 200,
    body: { '@odata.context': `${serviceRoot(call)}/$metadata#${fragment}/$entity`, ...project(json, shown, []) },
  };
}

/** `mailboxSettings` needs a mailbox permission of its own. */
function requireMailboxSettings(call: Call): void {
  if (!holdsAny(call.caller, ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'])) throw requestDenied();
}

function listUsers(call: Call): Reply {
  const selected = selectedProperties(call, userProperties, 'user') ?? defaultUserProperties;
  if (selected.includes('mailboxSettings')) {
    throw new GraphError(
      501,
      'NotImplemented',
      'The property mailboxSettings is not available in a collection of users.',
    );
  }
  const found = matchingUsers(call);
  const sorted = ordered(call, found, {
    displayName: (user) => user.displayName,
    userPrincipalName: (user) => user.userPrincipalName,
  });
  const top = numberOption(call, 'top', 100, 999);
  const skip = Number(queryOption(call, 'skiptoken') ?? 0) || 0;
  const page = sorted.slice(skip, skip + top);
  const counted = isAdvanced(call) && queryOption(call, 'count') === 'true';
  return {
    status: 200,
    body: {
      '@odata.context': `${serviceRoot(call)}/$metadata#users${queryOption(call, 'select') === undefined ? '' : `(${selected.join(',')})`}`,
      ...(counted && { '@odata.count': found.length }),
      ...(skip + top < sorted.length && { '@odata.nextLink': nextLink(call, { $skiptoken: String(skip + top) }) }),
      value: page.map((user) => project(visible(call, user, userJson(call.context, user)), selected, [])),
    },
  };
}

function countUsers(call: Call): Reply {
  if (!isAdvanced(call)) throw badRequest('$count is not currently supported.', 'Request_BadRequest');
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: Object(matchingUsers(call).length) as object };
}

function matchingUsers(call: Call): User[] {
  const filter = parsedFilter(call);
  checkSearch(call);
  const words = searchWords(call);
  const { context } = call;
  return usersAsOf(context.directory, context.now() - context.switches.directoryLagMs)
    .filter((user) => user.tenantId === call.caller.tenant.id)
    .filter((user) => words.every((word) => matchesWord(user, word)))
    .filter((user) => filter === undefined || satisfies(userJson(call.context, user), filter, compareIgnoringCase));
}

function parsedFilter(call: Call): Expression | undefined {
  const text = queryOption(call, 'filter');
  if (text === undefined) return undefined;
  const filter = parseFilter(text);
  const uses = usesOf(filter);
  for (const { operator, path } of uses) checkUse(call, operator, path);
  const sorts = queryOption(call, 'orderby') !== undefined;
  if (sorts && !(isAdvanced(call) && queryOption(call, 'count') === 'true')) throw unsupported();
  return filter;
}

const basic = ['eq', 'in', 'ge', 'le', 'startswith'];
const filterable: Record<string, readonly string[]> = {
  id: ['eq', 'in'],
  mail: basic,
  userPrincipalName: basic,
  employeeId: basic,
  displayName: basic,
  givenName: basic,
  surname: basic,
  jobTitle: basic,
  mailNickname: basic,
  proxyAddresses: ['eq', 'ge', 'le', 'startswith'],
  otherMails: basic,
  imAddresses: ['eq', 'ge', 'le', 'startswith'],
  onPremisesImmutableId: ['eq', 'ge', 'le', 'in'],
  'identities/issuer': ['eq'],
  'identities/issuerAssignedId': ['eq'],
  'identities/signInType': ['eq'],
  accountEnabled: ['eq', 'in'],
  userType: ['eq', 'in'],
};

/** Some operators work for everyone, some only in an advanced query, some never. */
function checkUse(call: Call, operator: string, path: string): void {
  const advanced = isAdvanced(call) && queryOption(call, 'count') === 'true';
  if (operator === 'not') {
    if (!advanced) throw unsupported();
    return;
  }
  const extension = /^onPremisesExtensionAttributes\/extensionAttribute([1-9]|1[0-5])$/.test(path);
  const supported = extension ? (basicOnExtensions(call) ? ['eq'] : []) : filterable[path];
  if (supported === undefined) {
    throw new GraphError(
      400,
      'Request_UnsupportedQuery',
      `Unsupported or invalid query filter clause specified for property '${path}' of resource 'User'.`,
    );
  }
  requireFullProfile(call, path.split('/')[0] ?? '');
  if (supported.includes(operator)) return;
  if (!advanced || operator === 'contains') throw unsupported();
}

/** The documentation's list of operators is cut off here. */
function basicOnExtensions(call: Call): boolean {
  return call.context.switches.extensionAttributeFilter === 'basic';
}

/** Invented: the documentation says that the property is out of reach, not how a filter on it is refused. */
function requireFullProfile(call: Call, property: string): void {
  if (fullProfileProperties.has(property) && !holdsAny(call.caller, fullProfile)) throw requestDenied();
}

function visible(call: Call, user: User, json: Record<string, unknown>): Record<string, unknown> {
  const own = call.caller.kind === 'delegated' && call.caller.user.id === user.id;
  if (own || holdsAny(call.caller, fullProfile)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, fullProfileProperties.has(name) ? null : value]),
  );
}

function checkSearch(call: Call): void {
  if (queryOption(call, 'search') === undefined || isAdvanced(call)) return;
  throw new GraphError(
    400,
    'Request_UnsupportedQuery',
    "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
  );
}

function searchWords(call: Call): string[] {
  const text = queryOption(call, 'search') ?? '';
  return [...text.matchAll(/"(?:\w+:)?([^"]+)"/g)].map((match) => (match[1] ?? '').toLowerCase());
}

function matchesWord(user: User, word: string): boolean {
  return [user.displayName, user.mail ?? '', user.userPrincipalName].some((text) => text.toLowerCase().includes(word));
}

function isAdvanced(call: Call): boolean {
  return call.headers.get('consistencylevel')?.toLowerCase() === 'eventual';
}

function unsupported(): GraphError {
  return new GraphError(400, 'Request_UnsupportedQuery', 'Unsupported Query.');
}
