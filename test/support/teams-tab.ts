import { exposeApi } from '../../emulator/control/changes.ts';
import { issueApiToken, TEAMS_CLIENTS } from '../../emulator/entra/api-token.ts';
import { PARLEY_CLIENT_ID } from '../../emulator/seed.ts';
import { publicUrl, userNamed, type System } from './system.ts';

export const resource = `api://localhost:3000/${PARLEY_CLIENT_ID}`;

/** What an administrator does under “Expose an API”. */
export function exposeTab(
  { emulator }: Pick<System, 'emulator'>,
  change: Partial<Parameters<typeof exposeApi>[2]> = {},
) {
  exposeApi(emulator.context, PARLEY_CLIENT_ID, {
    identifierUri: resource,
    scopes: ['access_as_user'],
    authorizedClients: Object.values(TEAMS_CLIENTS),
    tokenVersion: 2,
    ...change,
  });
}

/** The token that Teams gives a tab for somebody of the emulator. */
export function teamsToken({ emulator }: Pick<System, 'emulator'>, name: string, wanted = resource): Promise<string> {
  const user = userNamed(emulator, name);
  return issueApiToken(emulator.context, { user, resource: wanted, clientId: TEAMS_CLIENTS.web });
}

/** Asks as the tab does. */
export async function askTab(
  { request }: Pick<System, 'request'>,
  path: string,
  { body, session }: { body?: unknown; session?: string } = {},
) {
  const response = await request(`/teams${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(session !== undefined && { authorization: `Bearer ${session}` }),
      'sec-fetch-site': 'same-origin',
      origin: publicUrl,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}
