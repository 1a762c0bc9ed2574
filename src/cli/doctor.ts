import { parseArgs } from 'node:util';
import { linesOf } from '../diagnostics/report.ts';
import { diagnose, diagnoseTenant, type Diagnosis, type Summary } from '../diagnostics/service.ts';
import { openWorld, type Command, type World } from './world.ts';

/** Somebody's connection, a whole tenant, or the server itself. */
type Patient =
  | { kind: 'member'; workspaceId: string; memberId: string; heading: string }
  | { kind: 'tenant'; workspaceId: string; tenantConnectionId: string; heading: string }
  | { kind: 'server' };

/**
 * `parley doctor [--email … | --tenant …] [--round-trip] [--details]`: checks the server, somebody’s connection and whole
 * tenants live, and exits with 1 when something failed. Needs no running server.
 */
export async function doctor(command: Command): Promise<void> {
  const { values } = parseArgs({
    args: command.args,
    options: {
      email: { type: 'string' },
      tenant: { type: 'string' },
      'round-trip': { type: 'boolean' },
      details: { type: 'boolean' },
    },
  });
  const world = await openWorld({ ...command, env: { Log__Level: 'error', ...command.env } });
  const { 'round-trip': roundTrip = false, details = false } = values;
  try {
    for (const [index, patient] of (await findPatients(world, values)).entries()) {
      if (index > 0) command.print('');
      if (patient.kind !== 'server') command.print(patient.heading);
      const { findings, summary } = await examine(world, patient, roundTrip);
      for (const finding of findings) for (const line of linesOf(finding, { details })) command.print(line);
      command.print(wordsOf(summary));
      if (patient.kind === 'server')
        command.print('To check somebody’s connection too: parley doctor --email you@example.com');
      if (summary.failed > 0) process.exitCode = 1;
    }
  } finally {
    await world.close();
  }
}

function examine({ app: { deps } }: World, patient: Patient, roundTrip: boolean): Promise<Diagnosis> {
  if (patient.kind === 'tenant') return diagnoseTenant(deps, patient, { roundTrip });
  return diagnose(deps, patient.kind === 'member' ? patient : undefined, { roundTrip });
}

/** Whom the arguments name, in every workspace; without any the only connection there is, and every tenant. */
async function findPatients(
  world: World,
  { email, tenant }: { email?: string | undefined; tenant?: string | undefined },
): Promise<Patient[]> {
  const named = [...(email === undefined ? [] : await findByEmail(world, email))];
  if (tenant !== undefined) named.push(...(await findTenant(world, tenant)));
  if (named.length > 0) return named;
  const tenants = await findTenants(world);
  const alone = await findOnlyConnection(world);
  if (alone) return [alone, ...tenants];
  // A server that only serves tenants with registrations of their own needs none itself.
  return tenants.length > 0 && !world.app.deps.app ? tenants : [{ kind: 'server' }, ...tenants];
}

async function findByEmail(world: World, email: string): Promise<Patient[]> {
  const found = await members(world)
    .where((where) => where(where.fn('lower', ['members.email']), '=', email.toLowerCase()))
    .execute();
  if (found.length === 0) throw new Error(`Nobody with the e-mail ${email} is a member of a workspace here.`);
  return found.map(patientOf);
}

async function findOnlyConnection(world: World): Promise<Patient | undefined> {
  const found = await members(world)
    .where('members.id', 'in', (where) => where.selectFrom('connections').select('member_id'))
    .limit(2)
    .execute();
  return found.length === 1 ? found.map(patientOf)[0] : undefined;
}

function members({ database }: World) {
  return database.db
    .selectFrom('members')
    .innerJoin('workspaces', 'workspaces.id', 'members.workspace_id')
    .select(['members.id', 'members.name', 'members.workspace_id', 'workspaces.name as workspace']);
}

function patientOf(row: { id: string; name: string; workspace_id: string; workspace: string }): Patient {
  const heading = `${row.name}, ${row.workspace}`;
  return { kind: 'member', workspaceId: row.workspace_id, memberId: row.id, heading };
}

async function findTenants({ database }: World): Promise<(Patient & { kind: 'tenant'; tenantId: string })[]> {
  const rows = await database.db
    .selectFrom('tenant_connections')
    .innerJoin('workspaces', 'workspaces.id', 'tenant_connections.workspace_id')
    .select(['tenant_connections.id', 'tenant_name', 'tenant_id', 'workspace_id', 'workspaces.name as workspace'])
    .orderBy('tenant_connections.created_at')
    .orderBy('tenant_connections.id')
    .execute();
  return rows.map((row) => ({
    kind: 'tenant',
    workspaceId: row.workspace_id,
    tenantConnectionId: row.id,
    tenantId: row.tenant_id,
    heading: `${row.tenant_name ?? row.tenant_id}, ${row.workspace}`,
  }));
}

/** By the id of the connection, or by the tenant's own in whichever workspace it is connected. */
async function findTenant(world: World, id: string): Promise<Patient[]> {
  const found = (await findTenants(world)).filter(
    ({ tenantConnectionId, tenantId }) => tenantConnectionId === id || tenantId.toLowerCase() === id.toLowerCase(),
  );
  if (found.length === 0) throw new Error(`No tenant ${id} is connected here.`);
  return found;
}

function wordsOf({ ok, warning, failed, not_known: unknown }: Summary): string {
  if (failed > 0)
    return `${failed} failed, ${ok} fine${warning + unknown > 0 ? `, ${warning + unknown} uncertain` : ''}`;
  return warning + unknown > 0 ? `Nothing failed; ${warning + unknown} to look at` : 'All is well';
}
