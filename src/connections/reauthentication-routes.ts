import { createRoute, z } from '@hono/zod-openapi';
import { requirePermission } from '../access/principal.ts';
import { isDryRun } from '../http/dry-run.ts';
import { idText, instantOut, json, jsonBody, longText, newRouter, problemAnswers } from '../http/router.ts';
import { actorOf } from '../monitoring/audit.ts';
import { Problem } from '../problem.ts';
import { askToReauthenticate, isDone, type Asked, type ReauthenticationDeps } from './reauthentication.ts';

const mostPeople = 10_000;

const wishInput = z
  .strictObject({
    mode: z.enum(['notify', 'force'], { error: 'Use notify or force.' }).openapi({
      description:
        '`notify`: each person gets a mail. `force`: beside that, their connections rest until they have connected again. Nothing is cancelled.',
    }),
    connectionIds: z
      .array(idText)
      .max(1000, 'At most 1,000 connections.')
      .optional()
      .openapi({ description: 'These alone; without it, all of the workspace.' }),
    onlyMissingScopes: z
      .boolean()
      .optional()
      .openapi({ description: 'Only those that lack something of what people are asked for today. Default: true.' }),
    cap: z
      .int()
      .min(0)
      .max(mostPeople, `At most ${mostPeople.toLocaleString('en')}.`)
      .optional()
      .openapi({ description: 'More people than this are not asked; then nobody is. Needed, but for `dryRun`.' }),
    message: longText(2000).optional().openapi({ description: 'A paragraph of your own for the mail.' }),
  })
  .openapi('NewReauthentication');

const personSchema = z
  .object({
    connectionId: z.string(),
    memberId: z.string().nullable().openapi({ description: '`null`: of somebody who is no member.' }),
    externalId: z.string().nullable(),
    name: z.string().nullable(),
    accountEmail: z.string().nullable(),
    missingScopes: z.array(z.string()),
    mailTo: z.string().nullable().openapi({ description: 'Where mail reaches them; `null`: no address is known.' }),
    mail: z.enum(['queued', 'asked_recently', 'no_address', 'not_configured']).openapi({
      description: '`asked_recently`: within a day, and so not written to again.',
    }),
    stops: z.boolean().openapi({
      description: 'Whether the connection is put to rest. `false` too where it needs its person already.',
    }),
    lastAskedAt: instantOut.nullable().openapi({ description: 'Before this request.' }),
    meetingsAhead: z.int().openapi({ description: 'Meetings in their calendar that have not ended.' }),
    meetingsWaiting: z.int().openapi({ description: 'Of these, those that Parley has still to bring in step.' }),
  })
  .openapi('ReauthenticatedPerson');

const outcomeSchema = z
  .object({
    mode: z.enum(['notify', 'force']),
    asked: z.int().openapi({ description: 'People who are written to, or whose connection is put to rest.' }),
    written: z.int(),
    stopped: z.int(),
    people: z.array(personSchema).openapi({ description: 'All whom it concerns, also those who are left alone.' }),
  })
  .openapi('Reauthentication');

const ask = createRoute({
  method: 'post',
  path: '/v1/connections/reauthentication',
  tags: ['Connections'],
  description:
    'Asks people to connect their accounts again, after permissions were added, say: members in the console, everybody else by a link of their own. Look first who it concerns, with `dryRun=true`. Nobody is written to twice within a day: a request that broke off is simply sent again.',
  request: { body: jsonBody(wishInput) },
  responses: { 200: json(outcomeSchema, 'Whom it concerns, and what was done'), ...problemAnswers },
});

/** `/v1/connections/reauthentication`: asking everyone to connect again. */
export function reauthenticationRoutes(deps: ReauthenticationDeps) {
  return newRouter().openapi(ask, async (c) => {
    const principal = c.get('principal');
    requirePermission(principal, 'manage');
    const { mode, connectionIds, onlyMissingScopes = true, cap, message = '' } = c.req.valid('json');
    if (cap === undefined && !isDryRun(c)) throw needsCap();
    const wish = { mode, connectionIds, onlyMissingScopes, cap: cap ?? mostPeople, message };
    const by = { workspaceId: principal.workspaceId, actor: actorOf(principal) };
    const people = await askToReauthenticate(deps, by, wish);
    return c.json(
      {
        mode,
        asked: people.filter(isDone).length,
        written: people.filter(({ mail }) => mail === 'queued').length,
        stopped: people.filter(({ stops }) => stops).length,
        people: people.map(presentPerson),
      },
      200,
    );
  });
}

function needsCap(): Problem {
  const detail = 'Say how many people may be asked at most. With dryRun=true you see how many it would be.';
  return new Problem('invalid_request', { errors: [{ pointer: '/cap', detail }] });
}

function presentPerson({ connection, meetings, ...one }: Asked): z.infer<typeof personSchema> {
  return {
    connectionId: connection.id,
    memberId: connection.member_id,
    externalId: connection.external_id,
    name: one.name,
    accountEmail: connection.account_email,
    missingScopes: one.missingScopes,
    mailTo: one.address,
    mail: one.mail,
    stops: one.stops,
    lastAskedAt: one.lastAskedAt?.toISOString() ?? null,
    meetingsAhead: meetings.ahead,
    meetingsWaiting: meetings.waiting,
  };
}
