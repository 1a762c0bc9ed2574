import { z } from '@hono/zod-openapi';
import { instantOut } from '../http/router.ts';
import { statuses, type Finding } from './check.ts';

/** A finding as the API shows it, and as the setup guide keeps it. */
export const findingSchema = z
  .object({
    check: z.string(),
    label: z.string().openapi({ description: 'What was looked at' }),
    status: z.enum(statuses).openapi({
      description:
        '`failed` is proven to be wrong; `not_known` could not be found out this time; `skipped` was not tried',
    }),
    title: z.string().openapi({ description: 'The result as a sentence' }),
    notes: z.array(z.string()),
    remedy: z.string().nullable(),
    script: z
      .object({ title: z.string(), shell: z.literal('teams'), text: z.string() })
      .optional()
      .openapi({ description: 'What an administrator pastes into PowerShell as it is, where a script helps' }),
    problemCode: z.string().nullable().openapi({ description: 'A page in `/problems/` says more about it' }),
    exchanges: z
      .array(
        z.object({
          asked: z.string(),
          answered: z.string(),
          requestId: z.string().nullable(),
          at: instantOut,
          durationMs: z.number(),
        }),
      )
      .openapi({ description: 'What was asked at Microsoft, and what it answered' }),
    durationMs: z.number(),
  })
  .openapi('Finding');

export type FindingJson = z.infer<typeof findingSchema>;

export function presentFinding({ remedy, script, problemCode, exchanges, ...finding }: Finding): FindingJson {
  return {
    ...finding,
    remedy: remedy ?? null,
    ...(script && { script }),
    problemCode: problemCode ?? null,
    exchanges: exchanges.map(({ requestId, at, ...exchange }) => ({
      ...exchange,
      requestId: requestId ?? null,
      at: at.toISOString(),
    })),
  };
}
