import { execFile } from 'node:child_process';
import { join } from 'node:path';

export const seedVariable = 'PARLEY_SEED';
export const runsVariable = 'PARLEY_RUNS';
export const pathVariable = 'PARLEY_PATH';

/** Zones that a process can be in and that show a mistake: half and quarter hours, and both ends of the day. */
export const processZones = ['America/St_Johns', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC'];

/**
 * Runs a task of `slot-child.ts` in a process whose own time zone is another one, and answers what it says. Throws with
 * what went wrong there, and with the command that does it again.
 */
export async function runInZone<T>(
  timeZone: string,
  task: 'cases' | 'changes',
  variables: Record<string, string> = {},
): Promise<T> {
  const own = { ...variables, TZ: timeZone };
  const child = join(import.meta.dirname, 'slot-child.ts');
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [child, task], { env: { ...process.env, ...own } }, (error, output, errors) => {
      const settings = Object.entries(own).map(([name, value]) => `${name}=${value}`);
      const again = `${settings.join(' ')} node test/support/slot-child.ts ${task}`;
      if (error) reject(new Error(`${errors}\nOnce more: ${again}`));
      else resolve(JSON.parse(output) as T); // what the task of this name writes
    });
  });
}
