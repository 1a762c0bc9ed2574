import { createRoute, z } from '@hono/zod-openapi';
import type { Kysely } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import type { Database } from '../database/schema.ts';
import { idParam, json, jsonBody, newRouter, problemAnswers, singleLine } from '../http/router.ts';
import { changeMember, createMember, type MemberRow } from './members.ts';
import { requirePermission } from './principal.ts';
import { listMembers } from './service.ts';

type Deps = { db: Kysely<Database>; now: () => Date };

const roles = ['owner', 'admin', 'operator', 'viewer'] as const;
const mostAttributes = 20;

const attributesOut = z
  .record(z.string(), z.string())
  .openapi({ description: 'What the workspace’s own systems know them by, such as a staff number.' });

export const memberSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role: z.enum(roles),
    timeZone: z.string(),
    attributes: attributesOut,
  })
  .openapi('Member');

/** Names only: an offset knows no summer time. */
const timeZone = z
  .string({ error: 'Give an IANA name such as Europe/Berlin.' })
  .refine(isTimeZone, 'This time zone is not known. Use an IANA name such as Europe/Berlin or America/New_York.');

const attributes = z
  .record(
    z
      .string()
      .regex(
        /^[A-Za-z][\w.-]{0,39}$/,
        'A name begins with a letter and has letters, digits, “_”, “.” and “-”, at most 40.',
      ),
    singleLine(200, 'Give the attribute a value, or leave it out.'),
  )
  .refine((all) => Object.keys(all).length <= mostAttributes, `At most ${mostAttributes} attributes.`);

const fields = {
  name: singleLine(100, 'Give a name.'),
  role: z.enum(roles, { error: `Use one of ${roles.join(', ')}.` }),
  timeZone,
  attributes,
};

const list = createRoute({
  method: 'get',
  path: '/v1/members',
  tags: ['Access'],
  responses: {
    200: json(z.object({ data: z.array(memberSchema) }), 'The members of the workspace'),
    ...problemAnswers,
  },
});
const add = createRoute({
  method: 'post',
  path: '/v1/members',
  tags: ['Access'],
  request: {
    body: jsonBody(
      z.strictObject({
        ...fields,
        email: z.email('Give an e-mail address.').max(254, 'At most 254 characters.'),
        attributes: attributes.default({}),
      }),
    ),
  },
  responses: { 201: json(memberSchema, 'The new member'), ...problemAnswers },
});
const change = createRoute({
  method: 'patch',
  path: '/v1/members/{id}',
  tags: ['Access'],
  description: 'Changes what is given; attributes are replaced as a whole.',
  request: { params: idParam('the member'), body: jsonBody(z.strictObject(fields).partial()) },
  responses: { 200: json(memberSchema, 'The changed member'), ...problemAnswers },
});

/** `/v1/members`. */
export function memberRoutes(deps: Deps) {
  return newRouter()
    .openapi(list, async (c) => {
      const rows = await listMembers(deps, c.get('principal').workspaceId);
      return c.json({ data: rows.map(presentMember) }, 200);
    })
    .openapi(add, async (c) => {
      requirePermission(c.get('principal'), 'manage');
      return c.json(presentMember(await createMember(deps, c.get('principal'), c.req.valid('json'))), 201);
    })
    .openapi(change, async (c) => {
      requirePermission(c.get('principal'), 'manage');
      const row = await changeMember(deps, c.get('principal'), c.req.valid('param').id, c.req.valid('json'));
      return c.json(presentMember(row), 200);
    });
}

/** A member as the API shows them. */
export function presentMember(row: MemberRow): z.infer<typeof memberSchema> {
  const { id, email, name, role } = row;
  return { id, email, name, role, timeZone: row.time_zone, attributes: row.attributes };
}

function isTimeZone(name: string): boolean {
  if (name.length > 64 || !/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return false;
  try {
    return new Temporal.ZonedDateTime(0n, name).timeZoneId === name;
  } catch {
    return false;
  }
}
