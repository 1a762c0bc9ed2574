import { parseArgs } from 'node:util';
import type { Principal } from '../access/principal.ts';
import { linesOf } from '../imports/report-lines.ts';
import { importFiles } from '../imports/service.ts';
import { openWorld, type Command, type World } from './world.ts';

const usage =
  'Run: parley import --workspace front-desk [--apply] [--strict] [--json] [--map old@x=new@y …] [--make-meetings [--at-most 25]] files or folders …';

/** How many visitors an import may tell without being asked twice. */
const usualMost = 25;

/**
 * `parley import`: event types, schedules and future bookings from what Cal.com’s or Calendly’s API answered. Writes
 * nothing without `--apply`, tells nobody without `--make-meetings`, and exits with 1 when it refused to write.
 */
export async function importCommand(command: Command): Promise<void> {
  const { values, positionals } = parseArgs({
    args: command.args,
    allowPositionals: true,
    options: {
      workspace: { type: 'string' },
      map: { type: 'string', multiple: true, default: [] },
      apply: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      'make-meetings': { type: 'boolean', default: false },
      'at-most': { type: 'string' },
    },
  });
  const { workspace: slug, apply, strict } = values;
  if (!slug || positionals.length === 0) throw new Error(usage);
  const renamed = renamedIn(values.map);
  const atMost = numberOf(values['at-most']);
  const world = await openWorld({ ...command, env: { Log__Level: 'error', ...command.env } });
  try {
    const principal = await ownerOf(world, slug);
    const meetings = values['make-meetings'] ? 'made' : 'none';
    const { db, now, queue } = world.app.deps;
    const wish = { principal, paths: positionals, renamed, meetings, apply, strict, atMost } as const;
    const report = await importFiles({ db, now, queue }, wish);
    if (values.json) command.print(JSON.stringify(report, null, 2));
    else for (const line of linesOf(report)) command.print(line);
    if (report.state === 'refused') process.exitCode = 1;
  } finally {
    await world.close();
  }
}

/** `old@x=new@y`; what is before the sign may be whatever the files call somebody. */
function renamedIn(pairs: readonly string[]): Map<string, string> {
  return new Map(
    pairs.map((pair) => {
      const at = pair.lastIndexOf('=');
      const [from, to] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
      if (at <= 0 || !from || !to.includes('@')) throw new Error(`--map ${pair}: write it as old@x=new@y. ${usage}`);
      return [from.toLowerCase(), to];
    }),
  );
}

function numberOf(text: string | undefined): number {
  if (text === undefined) return usualMost;
  if (!/^\d{1,6}$/.test(text)) throw new Error(`--at-most ${text}: give a whole number. ${usage}`);
  return Number(text);
}

/** Whoever runs the server may do what the workspace’s owner may. */
async function ownerOf({ database }: World, slug: string): Promise<Principal> {
  const row = await database.db
    .selectFrom('members')
    .innerJoin('workspaces', 'workspaces.id', 'members.workspace_id')
    .select(['members.id', 'workspaces.id as workspace_id'])
    .where('workspaces.slug', '=', slug)
    .where('members.role', '=', 'owner')
    .orderBy('members.created_at')
    .limit(1)
    .executeTakeFirst();
  if (!row) throw new Error(`There is no workspace with the short name ${slug}, or nobody owns it.`);
  const { id: memberId, workspace_id: workspaceId } = row;
  return { kind: 'member', workspaceId, memberId, role: 'owner', sessionHash: Buffer.alloc(0) };
}
