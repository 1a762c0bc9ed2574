import { parseArgs } from 'node:util';
import type { Subject } from '../diagnostics/check.ts';
import { linesOf } from '../diagnostics/report.ts';
import { diagnose, type Summary } from '../diagnostics/service.ts';
import { openWorld, type Command, type World } from './world.ts';

type Patient = Subject & { heading: string };

/**
 * `parley doctor [--email …] [--round-trip] [--details]`: checks the server and somebody’s connection live, and exits
 * with 1 when something failed. Needs no running server.
 */
export async function doctor(command: Command): Promise<void> {
  const { values } = parseArgs({
    args: command.args,
    options: { email: { type: 'string' }, 'round-trip': { type: 'boolean' }, details: { type: 'boolean' } },
  });
  const world = await openWorld({ ...command, env: { Log__Level: 'error', ...command.env } });
  try {
    for (const patient of await findPatients(world, values.email)) {
      if (patient) command.print(patient.heading);
      const roundTrip = values['round-trip'] ?? false;
      const { findings, summary } = await diagnose(world.app.deps, patient, { roundTrip });
      for (const finding of findings)
        for (const line of linesOf(finding, { details: values.details ?? false })) command.print(line);
      command.print(wordsOf(summary));
      if (!patient) command.print('To check somebody’s connection too: parley doctor --email you@example.com');
      if (summary.failed > 0) process.exitCode = 1;
    }
  } finally {
    await world.close();
  }
}

/** Whom the e-mail names, in every workspace; without one the only connection there is, or else nobody. */
async function findPatients({ database }: World, email: string | undefined): Promise<(Patient | undefined)[]> {
  const found = await database.db
    .selectFrom('members')
    .innerJoin('workspaces', 'workspaces.id', 'members.workspace_id')
    .select(['members.id', 'members.name', 'members.workspace_id', 'workspaces.name as workspace'])
    .$if(email !== undefined, (query) =>
      query.where((where) => where(where.fn('lower', ['members.email']), '=', (email ?? '').toLowerCase())),
    )
    .$if(email === undefined, (query) =>
      query.where('members.id', 'in', (where) => where.selectFrom('connections').select('member_id')).limit(2),
    )
    .execute();
  if (email !== undefined && found.length === 0)
    throw new Error(`Nobody with the e-mail ${email} is a member of a workspace here.`);
  if (email === undefined && found.length !== 1) return [undefined];
  return found.map((row) => ({
    workspaceId: row.workspace_id,
    memberId: row.id,
    heading: `${row.name}, ${row.workspace}`,
  }));
}

function wordsOf({ ok, warning, failed, not_known: unknown }: Summary): string {
  if (failed > 0)
    return `${failed} failed, ${ok} fine${warning + unknown > 0 ? `, ${warning + unknown} uncertain` : ''}`;
  return warning + unknown > 0 ? `Nothing failed; ${warning + unknown} to look at` : 'All is well';
}
