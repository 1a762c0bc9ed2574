import { openWorld, type Command, type World } from './world.ts';

/** `parley worker`: works on jobs without answering HTTP. As many as wanted, on a shared database. */
export async function work(command: Command): Promise<{ world: World; stop(): Promise<void> }> {
  const world = await openWorld(command);
  await world.app.startWorker();
  return { world, stop: world.close };
}
