/** Something that runs until it is stopped. */
export type Running = { stop(): Promise<void> };

/** Writes one line for the person at the terminal. Whoever reads it may stop reading, as `head` does. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? process.exit() : fail(error)));

/** Ends the process with what went wrong, in words. */
export function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

/** The first signal ends in order, a second one at once. */
export function stopOnSignal(running: Running): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    running.stop().then(() => process.exit(0), fail);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
