import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createEmulator } from './emulator.ts';
import { parseSeed } from './seed-file.ts';
import { defaultSeed } from './seed.ts';
import type { Seed } from './seed.ts';

const usage = `npm run emulator -- [--port 3100] [--seed people.json]

A Microsoft for this machine: Entra ID and Microsoft Graph on one loopback port, with made-up people.`;

try {
  const options = readOptions();
  if (options !== undefined) await serve(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function serve(options: { port: number; seed: string | undefined }): Promise<void> {
  const text = options.seed === undefined ? undefined : await readFile(options.seed, 'utf8');
  const seed = text === undefined ? defaultSeed(Date.now()) : parseSeed(text, Date.now());
  const listening = await createEmulator({ seed }).listen({ port: options.port });
  announce(listening.url, seed);
  const stop = () => void listening.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function announce(url: string, { apps: [app] }: Seed): void {
  console.log(`Microsoft emulator at ${url}
  Outlook    ${url}/outlook
  Control    ${url}/control`);
  if (app === undefined) return;
  console.log(`
Connect Parley to it with
  MicrosoftTeams__Authority=${url}
  MicrosoftTeams__GraphBaseUrl=${url}
  MicrosoftTeams__ClientId=${app.clientId}
  MicrosoftTeams__ClientSecret=${app.secrets[0]?.value ?? ''}

Everything is in memory. Ctrl-C ends it.`);
}

function readOptions(): { port: number; seed: string | undefined } | undefined {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const port = Number(values.port ?? 3100);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`${values.port} is not a port`);
  if (values.help !== true) return { port, seed: values.seed };
  console.log(usage);
  return undefined;
}
