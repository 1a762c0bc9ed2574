import { createEmulator } from '../../emulator/emulator.ts';
import type { Emulator } from '../../emulator/emulator.ts';
import type { User } from '../../emulator/directory.ts';
import { mintAppToken, mintDelegatedToken } from '../../emulator/entra/access-token.ts';
import { addServicePrincipal, PARLEY_CLIENT_ID } from '../../emulator/seed.ts';

/** What Graph answers, as far as tests read it. A member that is absent in an answer is the test's own mistake. */
export type GraphJson = {
  [member: string]: unknown;
  id: string;
  iCalUId: string;
  changeKey: string;
  subject: string;
  bodyPreview: string;
  body: { contentType: string; content: string };
  start: { dateTime: string; timeZone: string };
  end: { dateTime: string; timeZone: string };
  onlineMeeting: { joinUrl: string };
  attendees: { emailAddress: { name: string; address: string }; status: { response: string } }[];
  responseStatus: { response: string };
  singleValueExtendedProperties: { id: string; value: string }[];
  value: GraphJson[];
  error: { code: string; message: string; innerError: Record<string, string>; '@event.existingEventId'?: string };
  responses: { id: string; status: number; headers: Record<string, string>; body: GraphJson }[];
  '@odata.context': string;
  '@odata.etag': string;
  '@odata.nextLink': string;
  '@odata.deltaLink': string;
};

export type Answer = { status: number; headers: Headers; json: GraphJson };

/** A caller of the emulated Graph: sends JSON, reads JSON. */
export type GraphCaller = {
  token: string;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  patch(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  remove(path: string): Promise<Answer>;
};

/** Friday morning, 20 November 2026, 09:00 UTC. */
export const NOW = Date.UTC(2026, 10, 20, 9);

/** An emulator whose clock stands still at `NOW` until a test moves it. */
export function graphEmulator(): Emulator {
  return createEmulator({ now: () => NOW });
}

/** The person with this user principal name, or what stands before its `@`. */
export function person(emulator: Emulator, name: string): User {
  const users = [...emulator.context.directory.users.values()];
  const found = users.find((user) => user.userPrincipalName === name || user.userPrincipalName.startsWith(`${name}@`));
  if (found === undefined) throw new TypeError(`nobody is called ${name}`);
  return found;
}

/** Calls Graph for a person, with these delegated scopes. */
export async function asPerson(
  emulator: Emulator,
  name: string,
  scopes: string[] = ['User.Read', 'Calendars.ReadWrite'],
): Promise<GraphCaller> {
  const user = person(emulator, name);
  const app = parley(emulator);
  const { tenantId } = user;
  return caller(
    emulator,
    await mintDelegatedToken(emulator.context, { user, tenantId, app, scopes, mfa: false, credential: 'secret' }),
  );
}

/** Calls Graph as the app itself, with these application permissions in the tenant of this person. */
export async function asApp(emulator: Emulator, name: string, roles: string[]): Promise<GraphCaller> {
  const { tenantId } = person(emulator, name);
  const app = parley(emulator);
  addServicePrincipal(emulator.context.directory, tenantId, app.clientId).appRoles = roles;
  return caller(emulator, await mintAppToken(emulator.context, { tenantId, app, credential: 'secret' }));
}

/** Calls Graph with any token. */
export function caller(emulator: Emulator, token: string): GraphCaller {
  const send = async (method: string, path: string, body: unknown, headers: Record<string, string> = {}) => {
    const response = await emulator.fetch(path.startsWith('http') ? path : `https://graph.microsoft.com/v1.0${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && json), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      json: (text === '' ? {} : JSON.parse(text)) as GraphJson,
    };
  };
  return {
    token,
    get: (path, headers) => send('GET', path, undefined, headers),
    post: (path, body, headers) => send('POST', path, body, headers),
    patch: (path, body, headers) => send('PATCH', path, body, headers),
    remove: (path) => send('DELETE', path, undefined),
  };
}

/** A Teams meeting on Wednesday 25 November 2026, 09:00–09:30 in Berlin. */
export function meeting(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    subject: 'Intake',
    body: { contentType: 'HTML', content: '<p>Agenda</p>' },
    start: { dateTime: '2026-11-25T09:00:00', timeZone: 'Europe/Berlin' },
    end: { dateTime: '2026-11-25T09:30:00', timeZone: 'Europe/Berlin' },
    attendees: [{ type: 'required', emailAddress: { address: 'visitor@example.org', name: 'A Visitor' } }],
    isOnlineMeeting: true,
    onlineMeetingProvider: 'teamsForBusiness',
    ...changes,
  };
}

/** The first item of a collection; throws when it is empty. */
export function first(answer: Answer): GraphJson {
  const [item] = answer.json.value;
  if (item === undefined) throw new TypeError('the collection is empty');
  return item;
}

const json = { 'content-type': 'application/json' };

function parley(emulator: Emulator) {
  const app = emulator.context.directory.apps.get(PARLEY_CLIENT_ID);
  if (app === undefined) throw new TypeError('the seed has no app registration for Parley');
  return app;
}
