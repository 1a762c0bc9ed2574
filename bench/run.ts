/** `npm run bench`: every benchmark after the other; each prints its ratio to its baseline and fails below its bar. */
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';

const benchmarks = ['booking.ts', 'link.ts', 'slots.ts', 'recordings.ts', 'webhooks.ts', 'api.ts'];

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}`);
let failed = false;
for (const benchmark of benchmarks) {
  const { status } = spawnSync(process.execPath, [new URL(benchmark, import.meta.url).pathname], { stdio: 'inherit' });
  failed ||= status !== 0;
}
if (failed) process.exitCode = 1;
