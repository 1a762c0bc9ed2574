import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** `npm test`: everything that can be checked without a browser. The cheap steps run side by side and come first. */

type Step = { name: string; program: string; args: string[] };

const root = join(import.meta.dirname, '..');
const tool = (name: string) => join(root, 'node_modules/.bin', name);

const cheapSteps: Step[] = [
  { name: 'format', program: tool('prettier'), args: ['--check', '--log-level=warn', '.'] },
  { name: 'lint', program: tool('oxlint'), args: ['--type-aware'] },
  { name: 'structure', program: process.execPath, args: ['scripts/check-structure.ts'] },
  { name: 'openapi', program: process.execPath, args: ['scripts/write-openapi.ts', '--check'] },
  { name: 'client', program: process.execPath, args: ['scripts/write-client.ts', '--check'] },
  { name: 'types', program: tool('tsc'), args: ['-b'] },
];
const tests: Step = { name: 'tests', program: process.execPath, args: ['scripts/test.ts', ...process.argv.slice(2)] };

process.on('SIGINT', () => {}); // the steps get it too, and end in order
const cheapResults = await Promise.all(cheapSteps.map((step) => run(step, 'show output at the end')));
if (cheapResults.includes(false) || !(await run(tests, 'show output at once'))) process.exitCode = 1;

/** Runs a step and says how long it took; true when it went well. */
async function run(
  { name, program, args }: Step,
  show: 'show output at once' | 'show output at the end',
): Promise<boolean> {
  const started = performance.now();
  const child = spawn(program, args, { cwd: root, stdio: show === 'show output at once' ? 'inherit' : 'pipe' });
  const output: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise((resolve) => child.on('error', () => resolve('no start')).on('close', resolve));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (code !== 0) process.stderr.write(Buffer.concat(output));
  console.log(`${code === 0 ? '✔' : '✖'} ${name} ${seconds} s`);
  return code === 0;
}
