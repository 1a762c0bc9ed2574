import { createSignInToken } from '../src/access/service.ts';
import type { World } from '../src/cli/world.ts';
import { createPerson, signIn } from './person.ts';

/**
 * What an administrator does once so that the app opens in Teams: exposes the API to Teams and uploads the package, here
 * in the emulator. Gives the address of its tab for a person of the emulator.
 */
export async function installTeamsApp(
  { database, config }: Pick<World, 'database' | 'config'>,
  { ownerId, emulatorUrl, now }: { ownerId: string; emulatorUrl: string; now: () => Date },
): Promise<(userPrincipalName: string, theme?: 'default' | 'dark' | 'contrast') => string> {
  const { publicUrl } = config.server;
  const owner = createPerson(fetch);
  await signIn(owner, `${publicUrl}/sign-in/${await createSignInToken({ db: database.db, now }, ownerId)}`);
  const { appId, registration } = await owner.call<{
    appId: string;
    registration: { clientId: string; resource: string };
  }>(`${publicUrl}/v1/teams-app`);
  await send(`${emulatorUrl}/control/apps/${registration.clientId}/api`, 'PUT', {
    type: 'application/json',
    body: JSON.stringify({ identifierUri: registration.resource }),
  });
  const packed = await owner.send(`${publicUrl}/v1/teams-app/package`, { method: 'GET' });
  const body = await packed.arrayBuffer();
  await send(`${emulatorUrl}/teams/apps`, 'POST', { type: 'application/zip', body });
  return (userPrincipalName, theme = 'default') =>
    `${emulatorUrl}/teams/apps/${appId}/today?${new URLSearchParams({ user: userPrincipalName, theme }).toString()}`;
}

async function send(url: string, method: string, { type, body }: { type: string; body: string | ArrayBuffer }) {
  const response = await fetch(url, { method, headers: { 'content-type': type }, body });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}
