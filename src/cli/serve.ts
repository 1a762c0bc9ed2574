import type { Server } from 'node:http';
import { listenOn } from './listen.ts';
import { openWorld, type Command, type World } from './world.ts';

export type Serving = { world: World; url: string; stop(): Promise<void> };

/** `parley serve`: answers HTTP and, unless `Worker__Enabled` is false, works on jobs in the same process. */
export async function serve(command: Command): Promise<Serving> {
  const world = await openWorld(command);
  try {
    const server = await startServer(world);
    if (world.config.worker.enabled) await world.app.startWorker();
    return { world, url: world.config.server.publicUrl, stop: () => stopAll(world, server) };
  } catch (error) {
    await world.close();
    throw error;
  }
}

async function startServer({ app, config }: World): Promise<Server> {
  const { host, port } = config.server;
  try {
    return await listenOn(app, { host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`Port ${port} is in use. Set Server__Port to another one, or stop what uses it.`, { cause: error });
  }
}

const graceMs = 5_000;

/** Takes no new requests, lets those under way end (streams are cut after a while), then closes the rest. */
async function stopAll(world: World, server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  // Streams stay open as long as browsers like; they reconnect by themselves.
  world.app.endStreams();
  await closed;
  clearTimeout(cut);
  await world.close();
}
