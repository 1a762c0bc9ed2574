import { z } from '@hono/zod-openapi';
import { id, page, reading, type Tool } from './tool.ts';

const { limit } = page;

/** Without the report, which says the same once more for somebody to hand on. */
const diagnosis = z.object({
  startedAt: z.string(),
  findings: z.array(z.unknown()),
  summary: z.record(z.string(), z.number()),
});

/** What is connected, what is wrong with it and what to do, and what happened. */
export const diagnosisTools: Tool[] = [
  reading({
    name: 'list_connections',
    title: 'List connections',
    operation: 'GET /v1/connections',
    description:
      'Microsoft accounts of single people with which meetings are made: whose, whether they work now, and where not, the problem with its remedy.',
    input: z.strictObject({}),
    wish: () => ({}),
  }),
  reading({
    name: 'list_tenants',
    title: 'List tenants',
    operation: 'GET /v1/tenants',
    description:
      'Whole organizations in Microsoft 365 that gave their consent: their stage, permissions, and what is wrong.',
    input: z.strictObject({}),
    wish: () => ({}),
  }),
  reading({
    name: 'run_diagnosis',
    title: 'Check a connection or a tenant live',
    operation: 'POST /v1/diagnostics',
    description:
      'Checks live, at Microsoft too, what the meetings of a member or of a whole tenant need; each finding has its cause and the next step. Changes nothing. Takes some seconds, up to a minute and a half where nothing answers.',
    input: z.strictObject({
      memberId: id('a member, of list_connections').optional(),
      tenantId: id('a tenant instead, of list_tenants (ten_…)').optional(),
      checks: z.array(z.string().max(100)).max(30).optional().describe('Only these checks, by their names.'),
    }),
    wish: (body) => ({ body }),
    part: (body) => diagnosis.parse(body),
    asksMicrosoft: true,
  }),
  reading({
    name: 'list_events',
    title: 'Read what happened',
    operation: 'GET /v1/events',
    description:
      'Everything that happened in the workspace, oldest first: meetings made and failed, bookings, connections that expired. Go on with nextCursor as `after`; an empty page says that there are no more for now.',
    input: z.strictObject({
      after: z
        .string()
        .max(100)
        .optional()
        .describe('The nextCursor of the page before; left out: from the first event; now: what comes.'),
      types: z.string().max(4000).optional().describe('Types or groups with commas: meeting.*,booking.confirmed.'),
      limit,
    }),
    wish: (query) => ({ query }),
  }),
];
