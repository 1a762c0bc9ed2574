import type { DataKeys } from '../../access/workspace-keys.ts';
import type { StorageConfig } from '../../config.ts';
import { createFileStore } from './file-store.ts';
import { createSealedBlobs, type SealedBlobs } from './sealed-blobs.ts';

type World = { fetch: typeof fetch; now: () => Date; dataKeys: DataKeys };

/** The storage that the settings name. Nothing is looked at before something is stored or read. */
export function createStorage(config: StorageConfig, { dataKeys }: World): SealedBlobs {
  return createSealedBlobs({ store: createFileStore({ directory: config.directory }), dataKeys });
}
