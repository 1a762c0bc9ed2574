/**
 * `npm start`: Parley on this machine, ready to be tried. Builds the console when its sources changed, starts the
 * Microsoft emulator when no Microsoft app is configured, and says where to click.
 */
import { join } from 'node:path';
import { createEmulator } from '../emulator/emulator.ts';
import { grantScopes } from '../emulator/entra/grants.ts';
import { keepUpToDate, takeUp } from '../emulator/keep.ts';
import { catchMail } from '../emulator/mail/catcher.ts';
import { changeTranscriptSettings } from '../emulator/policies/transcript-settings.ts';
import { PARLEY_CLIENT_ID, PARLEY_CLIENT_SECRET } from '../emulator/seed.ts';
import { createSignInToken } from '../src/access/service.ts';
import { serve, type Serving } from '../src/cli/serve.ts';
import { fail, print, stopOnSignal } from '../src/cli/terminal.ts';
import { readConfig, type Command } from '../src/cli/world.ts';
import { buildConsole } from './build-console.ts';
import { danaId, furnish } from './furnish.ts';
import { installTeamsApp } from './teams-app.ts';

const emulatorPort = Number(process.env['PARLEY_EMULATOR_PORT'] ?? 3100);

async function main(): Promise<void> {
  buildConsole(print);
  const command: Command = {
    args: [],
    env: { Log__Level: 'warn', ...process.env },
    fetch,
    now: () => new Date(),
    print,
  };
  const config = readConfig(command);
  const emulator = config.microsoftTeams.clientId ? undefined : await startEmulator(config.data.directory);
  if (emulator) {
    command.env = {
      ...command.env,
      MicrosoftTeams__ClientId: PARLEY_CLIENT_ID,
      MicrosoftTeams__ClientSecret: PARLEY_CLIENT_SECRET,
      MicrosoftTeams__Authority: emulator.url,
      MicrosoftTeams__GraphBaseUrl: emulator.url,
    };
    emulator.allowRedirect(readConfig(command).microsoftTeams.redirectUri);
    // So that recordings can be tried as well: at Microsoft an administrator has to consent to these.
    if (!config.sources.has('MicrosoftTeams:Scopes')) {
      command.env['MicrosoftTeams__Scopes'] = [config.microsoftTeams.scopes, ...artifactScopes].join(' ');
      emulator.consentForEveryone(artifactScopes);
    }
    // Mail needs no server of its own then: it is in the emulator's inboxes.
    if (!config.mail.smtpUrl) {
      const { host, port } = emulator.mail;
      command.env['Mail__SmtpUrl'] = `smtp://${host}:${port}`;
      if (!config.mail.from) command.env['Mail__From'] = 'Parley <parley@parley.example>';
    }
  }
  const serving = await serve(command);
  stopOnSignal({
    async stop() {
      print('Stopping …');
      await serving.stop();
      await emulator?.close();
    },
  });
  await greet(serving, emulator?.url);
}

const artifactScopes = [
  'OnlineMeetingRecording.Read.All',
  'OnlineMeetingTranscript.Read.All',
  'OnlineMeetingArtifact.Read.All',
];

const transcriptAccess = { enableGraphTranscriptAccess: true, enableAttributedTranscripts: true };

async function startEmulator(directory: string) {
  const url = `http://localhost:${emulatorPort}`;
  const emulator = createEmulator({ origins: { entra: url, graph: url, control: url } });
  const file = join(directory, 'emulator.state');
  takeUp(emulator.context, file);
  const listening = await emulator.listen({ port: emulatorPort }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new Error(`Port ${emulatorPort} is in use. Set PARLEY_EMULATOR_PORT to another one, or stop what uses it.`);
  });
  const stopKeeping = keepUpToDate(emulator.context, file, 2_000);
  const mail = await catchMail(emulator.context);
  return {
    url,
    mail,
    async close() {
      await mail.close();
      stopKeeping();
      await listening.close();
    },
    /** Lets our app have these permissions of everybody in Contoso, and transcripts, as its administrators would. */
    consentForEveryone(scopes: string[]) {
      const { directory } = emulator.context;
      const app = directory.apps.get(PARLEY_CLIENT_ID);
      const dana = directory.users.get(danaId);
      if (!app || !dana) return;
      grantScopes(emulator.context, { tenantId: dana.tenantId, app, userId: null, scopes });
      changeTranscriptSettings(emulator.context, dana.tenantId, transcriptAccess);
    },
    /** Registers our callback with every app, as an administrator would in Entra. */
    allowRedirect(uri: string) {
      for (const { redirectUris } of emulator.context.directory.apps.values())
        if (!redirectUris.some((known) => known.uri === uri)) redirectUris.push({ uri, platform: 'web' });
    },
  };
}

async function greet({ world, url }: Serving, emulatorUrl: string | undefined): Promise<void> {
  const { ownerId, ownerName, bookingUrl } = await furnish(world, { withEmulator: emulatorUrl !== undefined });
  const token = await createSignInToken({ db: world.database.db, now: () => new Date() }, ownerId);
  const tabFor = emulatorUrl && (await installTeamsApp(world, { ownerId, emulatorUrl, now: () => new Date() }));
  print('');
  print('Parley is running. Ctrl-C stops it.');
  print('');
  print(`  Console          ${url}/sign-in/${token}`);
  print(`                   signs you in as ${ownerName}; works once, for 15 minutes`);
  if (bookingUrl) print(`  A booking page   ${bookingUrl}`);
  if (emulatorUrl && tabFor) {
    print(`  Teams            ${tabFor('dana.reyes@contoso.example')}`);
    print('                   the tab of Dana Reyes, in a frame that plays the part of Teams');
    print(`  Outlook          ${emulatorUrl}/outlook`);
    print(
      '                   the mailboxes of the Microsoft emulator, where Parley’s mail arrives as well: no Microsoft',
    );
    print('                   app is configured, so nothing leaves this machine.');
    print('                   docs/guides/emulator.md: try a whole tenant on it;');
    print('                   docs/guides/entra-setup.md: connect a real one.');
  }
  print('');
}

main().catch(fail);
