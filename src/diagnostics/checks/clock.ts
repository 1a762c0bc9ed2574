import { Problem } from '../../problem.ts';
import type { Check, Reached } from '../check.ts';

const worthSayingMs = 60_000;
/** Microsoft takes no token, and Parley no proof of identity, that is more than five minutes off. */
const tooMuchMs = 5 * 60_000;

/** The clock of this server against those of the hosts that were reached. */
export const clock: Check = {
  name: 'clock',
  label: 'Clock of this server',
  uses: ['authority', 'graph'],
  run({ facts }) {
    const told = [facts.authority, facts.graph].filter((reached) => reached?.aheadMs !== undefined) as Told[];
    const worst = told.toSorted((one, other) => Math.abs(other.aheadMs) - Math.abs(one.aheadMs))[0];
    if (!worst) {
      const reached = facts.authority ?? facts.graph;
      const title = reached
        ? 'Microsoft did not say what time it is.'
        : 'Not checked, because nothing at Microsoft was reached.';
      return { status: reached ? 'not_known' : 'skipped', title };
    }
    const notes = told.map(({ host, aheadMs }) => `Against ${host}: ${seconds(aheadMs)}.`);
    const off = Math.abs(worst.aheadMs);
    if (off <= worthSayingMs) return { status: 'ok', title: 'The clock agrees with Microsoft’s.', notes };
    const title = `The clock of this server is ${duration(off)} ${worst.aheadMs > 0 ? 'behind' : 'ahead of'} Microsoft’s.`;
    const problem = new Problem('server_clock_wrong');
    return { status: off > tooMuchMs ? 'failed' : 'warning', title, notes, problem };
  },
};

type Told = Reached & { aheadMs: number };

function seconds(aheadMs: number): string {
  const whole = Math.round(-aheadMs / 1000);
  return `${whole > 0 ? '+' : ''}${whole} s`;
}

function duration(ms: number): string {
  const whole = Math.round(ms / 1000);
  return whole < 120 ? `${whole} seconds` : `${Math.round(whole / 60)} minutes`;
}
