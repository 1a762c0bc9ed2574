import { sql, type Kysely, type Transaction } from 'kysely';
import type { Principal } from '../access/principal.ts';
import type { Database } from '../database/schema.ts';
import type { Queue } from '../jobs/queue.ts';
import { Problem } from '../problem.ts';
import { understandCalcom } from './calcom.ts';
import { understandCalendly } from './calendly.ts';
import type { Fault, FoundThing } from './found.ts';
import { readHosts, type Hosts } from './hosts.ts';
import { importBooking, type Meetings } from './import-booking.ts';
import { importEventType } from './import-event-type.ts';
import { importSchedule } from './import-schedule.ts';
import { takeTurns, type StepDeps } from './imported.ts';
import { entryOf, isHitch, refused, skipped, type Entry, type Outcome } from './outcome.ts';
import { readFiles } from './read-files.ts';
import { recognise } from './recognise.ts';
import type { Understanding } from './understanding.ts';

export type ImportDeps = { db: Kysely<Database>; now: () => Date; queue: Queue };
export type ImportWish = {
  principal: Principal;
  paths: readonly string[];
  /** Addresses that people have here, by what they are called there, in lower case. */
  renamed: ReadonlyMap<string, string>;
  meetings: Meetings;
  /** Whether it is done; otherwise it is only found out what would be done. */
  apply: boolean;
  /** Nothing is done unless everything can be. */
  strict: boolean;
  /** How many visitors may hear of it. */
  atMost: number;
};

export type ImportReport = {
  /** `rehearsed`: nothing is written. `refused`: it was to be, but `refusal` says why it was not. */
  state: 'rehearsed' | 'applied' | 'refused';
  refusal?: string;
  entries: Entry[];
  faults: Fault[];
  /** People who are nobody’s address in the workspace. */
  strangers: string[];
  /** Addresses of visitors who hear of it: one for each appointment. */
  told: string[];
};

/**
 * Imports what the files of another product hold. Each thing is a transaction of its own: killed at any moment, it goes
 * on with the next run. A rehearsal does exactly the same in one transaction that is then taken back.
 */
export async function importFiles(deps: ImportDeps, wish: ImportWish): Promise<ImportReport> {
  const { things, people, faults } = await understand(wish.paths);
  const hosts = await readHosts(deps, wish.principal.workspaceId, { people, renamed: wish.renamed });
  const report = (state: ImportReport['state'], entries: Entry[], refusal?: string): ImportReport => ({
    state,
    ...(refusal !== undefined && { refusal }),
    entries,
    faults,
    strangers: [...hosts.strangers],
    told: toldBy(entries),
  });
  const isSure = wish.apply && !wish.strict && wish.meetings === 'none';
  if (!isSure) {
    const entries = await rehearse(deps, wish, { hosts, things });
    const refusal = whyRefused(wish, { entries, faults });
    if (refusal !== undefined) return report('refused', entries, refusal);
    if (!wish.apply) return report('rehearsed', entries);
  }
  const entries: Entry[] = [];
  for (const found of things) {
    const outcome = await attempt(() =>
      deps.db.transaction().execute((trx) => importOne({ ...deps, db: trx }, { ...wish, hosts }, found)),
    );
    entries.push(entryOf(found, outcome));
  }
  return report('applied', entries);
}

async function understand(paths: readonly string[]): Promise<Understanding> {
  const { files, faults: unread } = await readFiles(paths);
  const { items, faults: unknown } = recognise(files);
  const found: Understanding = { things: [], people: [], faults: [...unread, ...unknown] };
  understandCalcom(
    items.filter(({ product }) => product === 'calcom'),
    found,
  );
  understandCalendly(
    items.filter(({ product }) => product === 'calendly'),
    found,
  );
  return { ...found, things: inOrder(found.things) };
}

/**
 * Event types before their bookings; of those first what is cancelled and so makes room. What is on two pages, because
 * the list moved while it was saved, counts once, as it was read last.
 */
function inOrder(things: readonly FoundThing[]): FoundThing[] {
  const once = [...new Map(things.map((found) => [found.id, found])).values()];
  return once.toSorted((a, b) => rank(a) - rank(b));
}

function rank(found: FoundThing): number {
  if (found.kind === 'event_type') return 0;
  if (found.kind === 'schedule') return 1;
  return found.status === 'cancelled' ? 2 : 3;
}

type Doing = { principal: Principal; meetings: Meetings; hosts: Hosts };

async function importOne(
  deps: ImportDeps & { db: Transaction<Database> },
  { principal, meetings, hosts }: Doing,
  found: FoundThing,
): Promise<Outcome> {
  if (found.leftOut !== undefined) return skipped('left_out', found.leftOut);
  const step: StepDeps = { ...deps, workspaceId: principal.workspaceId };
  await takeTurns(step);
  if (found.kind === 'event_type') return importEventType(step, hosts, found);
  if (found.kind === 'schedule') return importSchedule({ ...step, principal }, hosts, found);
  return importBooking(step, { hosts, meetings }, found);
}

/** What a service refuses is an outcome like others; what fails otherwise ends the import. */
async function attempt(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Problem) return refused(error);
    throw error;
  }
}

class TakenBack extends Error {}

async function rehearse(
  deps: ImportDeps,
  wish: ImportWish,
  { hosts, things }: { hosts: Hosts; things: readonly FoundThing[] },
): Promise<Entry[]> {
  const entries: Entry[] = [];
  try {
    await deps.db.transaction().execute(async (trx) => {
      for (const found of things) {
        await sql`savepoint one_thing`.execute(trx);
        const outcome = await attempt(() => importOne({ ...deps, db: trx }, { ...wish, hosts }, found));
        if (outcome.action === 'skipped') await sql`rollback to savepoint one_thing`.execute(trx);
        await sql`release savepoint one_thing`.execute(trx);
        // Ids of things that are not there yet mean nothing to anybody.
        const { targetId, ...rest } = outcome;
        entries.push(entryOf(found, outcome.action === 'create' ? rest : { ...rest, targetId }));
      }
      throw new TakenBack();
    });
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
  }
  return entries;
}

/** Why an import that is to be done is not, as a sentence. */
function whyRefused(
  { apply, strict, atMost }: ImportWish,
  { entries, faults }: { entries: readonly Entry[]; faults: readonly Fault[] },
): string | undefined {
  if (!apply) return undefined;
  const hitches = faults.length + entries.filter(isHitch).length;
  if (strict && hitches > 0) return `Nothing was imported, because ${hitches} of it cannot be (--strict).`;
  const told = toldBy(entries).length;
  if (told <= atMost) return undefined;
  return `Nothing was imported: ${told} appointments would tell their visitors, and at most ${atMost} may. If that is meant, add --at-most ${told}.`;
}

function toldBy(entries: readonly Entry[]): string[] {
  return entries.flatMap(({ tellsVisitor }) => tellsVisitor ?? []);
}
