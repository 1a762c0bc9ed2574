#!/usr/bin/env node
import { createWorkspaceCommand } from './cli/create-workspace.ts';
import { printConfig } from './cli/print-config.ts';
import { serve } from './cli/serve.ts';
import { printSignInLink } from './cli/sign-in.ts';
import { work } from './cli/work.ts';
import type { Command } from './cli/world.ts';

type Running = { stop(): Promise<void> };

/** Every command of `parley`, with its line of help. */
const commands: Record<string, { help: string; run: (command: Command) => Promise<Running | void> | void }> = {
  serve: { help: 'answer HTTP and work on jobs', run: serve },
  worker: { help: 'work on jobs only', run: work },
  'sign-in': { help: 'print a one-time sign-in link: sign-in you@example.com', run: printSignInLink },
  'create-workspace': {
    help: 'make a workspace: create-workspace --name "Front desk" --email you@example.com',
    run: createWorkspaceCommand,
  },
  config: { help: 'print every setting and where it came from', run: printConfig },
};

async function main(): Promise<void> {
  // Whoever reads our output may stop reading, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? process.exit() : fail(error)));
  const [name = 'help', ...args] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    for (const [known, { help }] of Object.entries(commands)) print(`parley ${known.padEnd(17)} ${help}`);
    process.exitCode = name === 'help' || name === '--help' ? 0 : 2;
    return;
  }
  const running = await command.run({ args, env: process.env, fetch, now: () => new Date(), print });
  if (!running) return;
  print(`parley ${name} is running; Ctrl-C stops it`);
  stopOnSignal(running);
}

/** The first signal ends in order, a second one at once. */
function stopOnSignal(running: Running): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
