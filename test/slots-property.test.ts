import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { processZones, runInZone, runsVariable, seedVariable } from './support/slot-processes.ts';

// The search for slots against the same search written plainly with Temporal: `PARLEY_SEED` repeats a run, `PARLEY_RUNS`
// is its length. Whoever merges a change waits for the long run, in about a minute and a half on two cores.
const seed = Number(process.env[seedVariable] ?? Math.floor(Math.random() * 2 ** 31));
const runs = Number(process.env[runsVariable] ?? (process.env['CI'] ? 100_000 : 2_000));

type Seen = { cases: number; found: number; explained: number; reasons: Record<string, number> };

test('a search, and why a time is not offered, are what they are when Temporal is asked each question, wherever the process runs', async (t) => {
  t.diagnostic(`seed ${seed} (${seedVariable}=${seed} ${runsVariable}=${runs} repeats it), ${runs} cases`);
  const shares = processZones.map((timeZone, at) => ({ timeZone, seed: seed + at }));
  const seen: Seen[] = [];
  const work = async () => {
    for (let share = shares.pop(); share; share = shares.pop()) {
      const variables = { [seedVariable]: `${share.seed}`, [runsVariable]: `${Math.ceil(runs / processZones.length)}` };
      seen.push(await runInZone<Seen>(share.timeZone, 'cases', variables));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));

  const sum = (count: (one: Seen) => number) => seen.reduce((all, one) => all + count(one), 0);
  const reasons = [...new Set(seen.flatMap((one) => Object.keys(one.reasons)))];
  const counts = Object.fromEntries(reasons.map((reason) => [reason, sum((one) => one.reasons[reason] ?? 0)]));
  const [cases, found, explained] = [sum((one) => one.cases), sum((one) => one.found), sum((one) => one.explained)];
  t.diagnostic(`${cases} searches, of which ${found} found something; ${explained} days: ${JSON.stringify(counts)}`);
  assert.ok(cases >= runs);
  // Were the cases such that nothing is found, they would prove nothing.
  if (runs >= 1_000) assert.ok(found > runs / 10 && reasons.length === 11, `${found} found, ${reasons.join()}`);
});
