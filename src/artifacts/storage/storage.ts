import type { DataKeys } from '../../access/workspace-keys.ts';
import type { StorageConfig } from '../../config.ts';
import type { BlobStore } from './blob-store.ts';
import { createFileStore } from './file-store.ts';
import { createS3Client } from './s3-client.ts';
import { createS3Store } from './s3-store.ts';
import { createSealedBlobs, sealedBytes, type SealedBlobs } from './sealed-blobs.ts';

type World = { fetch: typeof fetch; now: () => Date; dataKeys: DataKeys };

/** Whole pieces, and just more than the 5 MB that every part but the last one must have. */
const partBytes = 80 * sealedBytes;

/** The storage that the settings name. Nothing is looked at before something is stored or read. */
export function createStorage(config: StorageConfig, world: World): SealedBlobs {
  const store = config.kind === 's3' ? openBucket(config, world) : createFileStore({ directory: config.directory });
  return createSealedBlobs({ store, dataKeys: world.dataKeys });
}

function openBucket(config: StorageConfig, world: World): BlobStore {
  const { region, bucket = '', pathStyle, prefix, accessKeyId = '', secretAccessKey } = config;
  const endpoint = config.endpoint ?? `https://s3.${region}.amazonaws.com`;
  const secret = secretAccessKey?.reveal() ?? '';
  const settings = { endpoint, region, bucket, pathStyle, accessKeyId, secretAccessKey: secret };
  return createS3Store(createS3Client(settings, world), { prefix, partBytes });
}
