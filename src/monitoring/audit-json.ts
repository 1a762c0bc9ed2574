import { z } from '@hono/zod-openapi';
import { instantOut } from '../http/router.ts';
import type { Verification } from './audit.ts';
import { auditActions } from './audit-action.ts';
import type { NamedAuditRow } from './audit-log.ts';

export const auditEntrySchema = z
  .object({
    position: z.number().int().openapi({ description: '1, 2, 3 … within the workspace, without a gap.' }),
    at: instantOut,
    actor: z.object({
      kind: z.enum(['member', 'key', 'visitor', 'parley']),
      id: z.string().openapi({
        description:
          'Of the member or key; of a visitor, the address; of Parley, what it did it for, such as retention.',
      }),
      name: z.string().nullable().openapi({ description: 'Of the member or key, as it is today.' }),
    }),
    action: z.string().openapi({
      description: Object.entries(auditActions)
        .map(([action, sentence]) => `${action}: ${sentence}`)
        .join(' '),
    }),
    subjectId: z.string().nullable().openapi({ description: 'What it was done to.' }),
    subject: z
      .object({
        title: z.string(),
        artifactKind: z.enum(['recording', 'transcript', 'attendance']).nullable(),
        meetingId: z.string().nullable(),
        bookingId: z.string().nullable(),
      })
      .nullable()
      .openapi({ description: 'The same as it is today; `null` when there is nothing of the kind in this workspace.' }),
    details: z.record(z.string(), z.unknown()),
    hash: z
      .string()
      .openapi({ description: 'SHA-256 in hexadecimal, over this entry and the hash of the one before.' }),
  })
  .openapi('AuditEntry');

export const verificationSchema = z
  .object({
    intact: z.boolean(),
    entries: z.number().int(),
    brokenAt: z.number().int().nullable().openapi({
      description: 'The first position whose entry is missing or is not what was written.',
    }),
    lastHash: z.string().nullable().openapi({
      description:
        'The hash of the last entry of an intact log. Kept elsewhere, it shows later that nothing was cut off or written anew.',
    }),
  })
  .openapi('AuditVerification');

export function presentAuditEntry(row: NamedAuditRow): z.infer<typeof auditEntrySchema> {
  return {
    position: row.position,
    at: row.at.toISOString(),
    actor: { kind: row.actor_kind, id: row.actor, name: row.actorName },
    action: row.action,
    subjectId: row.subject_id,
    subject: row.subject,
    details: row.details,
    hash: row.hash.toString('hex'),
  };
}

export function presentVerification({ entries, brokenAt, lastHash }: Verification): z.infer<typeof verificationSchema> {
  return {
    intact: brokenAt === undefined,
    entries,
    brokenAt: brokenAt ?? null,
    lastHash: lastHash?.toString('hex') ?? null,
  };
}
