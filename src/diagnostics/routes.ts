import { createRoute, z } from '@hono/zod-openapi';
import { idText, instantOut, json, jsonBody, newRouter, problemAnswers } from '../http/router.ts';
import type { Log } from '../log.ts';
import { statuses, type DiagnosisDeps, type Finding } from './check.ts';
import { diagnose, whomToDiagnose } from './service.ts';

const findingSchema = z
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

const count = z.number().int();
const diagnosisSchema = z
  .object({
    startedAt: instantOut,
    findings: z.array(findingSchema),
    summary: z.object({ ok: count, warning: count, failed: count, skipped: count, not_known: count }),
    report: z.string().openapi({ description: 'Everything as a text to hand on: ids, codes and times, no secrets' }),
  })
  .openapi('Diagnosis');

const run = createRoute({
  method: 'post',
  path: '/v1/diagnostics',
  tags: ['Diagnostics'],
  description:
    'Checks live, at Microsoft too, what a member’s meetings need. It usually takes some seconds, and up to a minute and a half where nothing answers.',
  request: {
    body: jsonBody(
      z.strictObject({
        roundTrip: z
          .boolean({ error: 'Give true or false.' })
          .default(false)
          .openapi({ description: 'Also makes a Teams meeting 300 days ahead, without attendees, and deletes it.' }),
        memberId: idText.optional().openapi({
          description: 'Whose connection: oneself by default. Others’ need the right to manage; keys must name one.',
        }),
      }),
    ),
  },
  responses: { 200: json(diagnosisSchema, 'What was found'), ...problemAnswers },
});

/** `/v1/diagnostics`. */
export function diagnosticsRoutes(deps: DiagnosisDeps & { log: Log }) {
  return newRouter().openapi(run, async (c) => {
    const { roundTrip, memberId } = c.req.valid('json');
    const subject = await whomToDiagnose(deps, c.get('principal'), memberId);
    const { startedAt, findings, summary, report } = await diagnose(deps, subject, { roundTrip });
    return c.json({ startedAt: startedAt.toISOString(), findings: findings.map(present), summary, report }, 200);
  });
}

function present({ remedy, problemCode, exchanges, ...finding }: Finding): z.infer<typeof findingSchema> {
  return {
    ...finding,
    remedy: remedy ?? null,
    problemCode: problemCode ?? null,
    exchanges: exchanges.map(({ requestId, at, ...exchange }) => ({
      ...exchange,
      requestId: requestId ?? null,
      at: at.toISOString(),
    })),
  };
}
