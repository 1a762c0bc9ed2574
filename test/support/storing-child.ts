import { writeSync } from 'node:fs';
import { createFileStore } from '../../src/artifacts/storage/file-store.ts';
import { createSealedBlobs } from '../../src/artifacts/storage/sealed-blobs.ts';
import { contentOf, someDataKeys } from './stored.ts';

/** Stores a content and tells at each chunk how far it is, until somebody kills it. */
export type StoringOrder = {
  directory: string;
  ring: string;
  wrapped: string;
  workspaceId: string;
  key: string;
  bytes: number;
  /** Having given so many of them, it waits for its end. */
  waitAt: number;
};

const order = JSON.parse(process.env['PARLEY_STORING'] ?? '') as StoringOrder;
const dataKeys = someDataKeys(order.ring, { [order.workspaceId]: Buffer.from(order.wrapped, 'base64') });
const blobs = createSealedBlobs({ store: createFileStore({ directory: order.directory }), dataKeys });
const content = contentOf(order.bytes);
await blobs.write({ workspaceId: order.workspaceId, key: order.key }, async (from) =>
  (async function* () {
    const source = await content.source()(from);
    let place = from;
    for await (const chunk of source) {
      place += chunk.length;
      yield chunk;
      writeSync(1, `${place}\n`);
      if (place >= order.waitAt) await new Promise((resolve) => setTimeout(resolve, 60_000));
    }
  })(),
);
writeSync(1, 'done\n');
