import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { createEmulator } from '../../emulator/emulator.ts';
import { listenOn } from '../../src/cli/listen.ts';
import { createReceiver } from './receiver.ts';
import { grantArtifactRoles, transcriptAccess } from './recorded.ts';
import { createMemory, startShell } from './snippet-shell.ts';
import { commandsOf, type Snippet } from './snippets.ts';
import { monday, startDesk, startSystem, testEnvironment, userNamed } from './system.ts';
import { addOrganizer, addTenant, runPowerShell } from './tenant.ts';

export type SnippetStage = Awaited<ReturnType<typeof startSnippetStage>>;

type Options = {
  /** Whether Northgate College is connected already, and may be used. */
  withTenant?: boolean;
  clock?: 'monday' | 'real';
};

/**
 * What a guide speaks of, listening on this machine: a Parley with its worker, a desk whose Dana has connected, a college
 * that is connected as a whole, the emulator, a receiver of webhooks, and a reader with a shell.
 */
export async function startSnippetStage(t: TestContext, { withTenant = true, clock = 'monday' }: Options = {}) {
  const world = { now: () => monday.getTime() };
  const emulator = createEmulator({ now: () => world.now() });
  const microsoft = await emulator.listen({ port: 0 });
  t.after(microsoft.close);
  const receiver = createReceiver();
  const env = {
    MicrosoftTeams__Authority: microsoft.url,
    MicrosoftTeams__GraphBaseUrl: microsoft.url,
    Api__RequestsPerMinute: '600',
  };
  const system = await startSystem(t, { emulator, env, post: receiver.post });
  if (clock === 'real') system.clock.set(new Date());
  world.now = () => system.clock.now().getTime();
  const desk = await startDesk(system, { rules: { slug: 'first-call' } });
  const tenant = withTenant ? await startCollege(system, desk.workspaceId) : undefined;
  await system.app.startWorker();
  const url = await listen(t, system);
  const shell = await startShell(t, { ...(await programEnvironment(system, env)), PARLEY_KEY: desk.apiKey });
  const { body: connections } = await desk.api('GET', '/v1/connections');
  const memory = createMemory([
    desk.memberId,
    tenant?.tenantConnectionId ?? '',
    tenant?.organizerId ?? '',
    JSON.stringify(connections),
    desk.eventType['id'],
  ]);

  /** The text of a page as a reader has it who put their own addresses and their key into it. */
  const adapt = (text: string) =>
    memory
      .fill(text.replaceAll('parley_key_…', desk.apiKey))
      .replaceAll(/http:\/\/localhost:3000|https:\/\/(?:meet\.example(?:\.com)?|parley\.example)/g, url)
      .replaceAll('http://localhost:3100', microsoft.url)
      .replaceAll('/run/secrets', shell.directory);

  return { system, emulator, emulatorUrl: microsoft.url, url, desk, tenant, shell, memory, receiver, adapt };
}

/** Northgate College as its setup guide leaves it, with the account that owns meetings and its policy. */
async function startCollege(system: Awaited<ReturnType<typeof startSystem>>, workspaceId: string) {
  const tenant = await addTenant(system, workspaceId, {
    features: [
      'meetings',
      'standalone-meetings',
      'meeting-options',
      'people',
      'recordings',
      'transcripts',
      'attendance',
    ],
  });
  const at = { workspaceId, tenantConnectionId: tenant.tenantConnectionId };
  const { id: organizerId, objectId } = await addOrganizer(system, at, 'bookings');
  runPowerShell(
    system,
    `New-CsApplicationAccessPolicy -Identity Tag:Parley-Meetings -AppIds d25c8f60-7b3e-4a19-96c4-e08b1d57f2a3
     Grant-CsApplicationAccessPolicy -Identity ${userNamed(system.emulator, 'bookings').userPrincipalName} -PolicyName Tag:Parley-Meetings`,
  );
  grantArtifactRoles(system);
  runPowerShell(system, transcriptAccess());
  return { ...tenant, organizerId, objectId };
}

/** With what another process of this Parley is started: `parley doctor`, `parley config`. */
async function programEnvironment(
  { address, keyRingText }: Awaited<ReturnType<typeof startSystem>>,
  env: Record<string, string>,
): Promise<Record<string, string>> {
  const { host = '', port = '', user = '', database = '' } = address as unknown as Record<string, string>;
  return {
    ...testEnvironment,
    ...env,
    Database__Url: `postgresql://${user}@localhost/${database}?${new URLSearchParams({ host, port }).toString()}`,
    Encryption__Keys: keyRingText,
  };
}

async function listen(t: TestContext, { app }: Awaited<ReturnType<typeof startSystem>>): Promise<string> {
  const server = await listenOn(app, { host: '127.0.0.1', port: 0 });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What has to be so before a command of a page can work, such as a meeting that is over. May change the command. */
export type Before = (stage: SnippetStage, command: string) => Promise<string | void>;

/** Runs the shell snippets of a page in their order; what is asked is what stands there. */
export async function follow(stage: SnippetStage, snippets: Snippet[], before?: Before): Promise<void> {
  for (const { code, at } of snippets)
    for (const command of commandsOf(code)) {
      const changed = (await before?.(stage, command)) ?? command;
      try {
        stage.memory.see(await stage.shell.run(stage.adapt(changed)));
      } catch (error) {
        throw new Error(`${at}: ${(error as Error).message}`, { cause: error });
      }
    }
}
