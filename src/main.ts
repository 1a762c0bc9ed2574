#!/usr/bin/env node
import { createWorkspaceCommand } from './cli/create-workspace.ts';
import { doctor } from './cli/doctor.ts';
import { importCommand } from './cli/import.ts';
import { printConfig } from './cli/print-config.ts';
import { serve } from './cli/serve.ts';
import { printSignInLink } from './cli/sign-in.ts';
import { fail, print, stopOnSignal, type Running } from './cli/terminal.ts';
import { work } from './cli/work.ts';
import type { Command } from './cli/world.ts';

/** Every command of `parley`, with its line of help. */
const commands: Record<string, { help: string; run: (command: Command) => Promise<Running | void> | void }> = {
  serve: { help: 'answer HTTP and work on jobs', run: serve },
  worker: { help: 'work on jobs only', run: work },
  'sign-in': { help: 'print a one-time sign-in link: sign-in you@example.com', run: printSignInLink },
  'create-workspace': {
    help: 'make a workspace: create-workspace --name "Front desk" --email you@example.com',
    run: createWorkspaceCommand,
  },
  doctor: {
    help: 'check live what meetings need: doctor [--email you@example.com | --tenant ten_…] [--round-trip]',
    run: doctor,
  },
  import: {
    help: 'take over event types, schedules and bookings from Cal.com or Calendly: import --workspace front-desk files …',
    run: importCommand,
  },
  mcp: {
    help: 'give an agent the tools of a running Parley: mcp --url https://meet.example.com',
    // What speaks the protocol is large, and no other command needs it.
    run: async (command) => (await import('./cli/mcp.ts')).mcpCommand(command),
  },
  config: { help: 'print every setting and where it came from', run: printConfig },
};

async function main(): Promise<void> {
  const [name = 'help', ...args] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    for (const [known, { help }] of Object.entries(commands)) print(`parley ${known.padEnd(17)} ${help}`);
    process.exitCode = name === 'help' || name === '--help' ? 0 : 2;
    return;
  }
  const running = await command.run({ args, env: process.env, fetch, now: () => new Date(), print });
  if (!running) return;
  stopOnSignal(running);
  print(`parley ${name} is running; Ctrl-C stops it`);
}

main().catch(fail);
