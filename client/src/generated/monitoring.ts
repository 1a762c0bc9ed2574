// Written by scripts/write-client.ts from docs/openapi.json.

import { createPages, type Page, type Pages } from '../pages.ts';

import type { CallOptions, Send } from '../send.ts';
import type { AuditEntry, AuditVerification, ListAuditEntriesQuery } from './schemas.ts';

/** The audit log. */
export const monitoring = (send: Send) => ({
  /** Who saw, shared, deleted or kept recordings, transcripts and attendance; the latest first. */
  listAuditEntries: (query: ListAuditEntriesQuery = {}, options?: CallOptions): Pages<AuditEntry> =>
    createPages((cursor) =>
      send<Page<AuditEntry>>({ method: 'GET', path: '/v1/audit', query: { ...query, cursor }, options }),
    ),

  /** Follows the chain of hashes from the first entry of the workspace to the last. */
  verifyAuditLog: (options?: CallOptions): Promise<AuditVerification> =>
    send({ method: 'GET', path: '/v1/audit/verification', options }),
});
