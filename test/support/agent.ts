import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { Client, StreamableHTTPClientTransport, type VersionNegotiationMode } from '@modelcontextprotocol/client';
import type { KeyGrant } from '../../src/access/permissions.ts';
import { createApiKey } from '../../src/access/service.ts';
import { tuesdayAtTwo, visitor } from './appointments.ts';
import type { Furnished } from './furnished.ts';
import { publicUrl, type System } from './system.ts';

/** What a tool answered, as an agent sees it. */
export type ToolAnswer = {
  refused: boolean;
  /** Our sentence, apart from the data. */
  says: string;
  /** All text, as a model reads it. */
  text: string;
  data: Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- tests look into answers of any shape
};

type Calling = Pick<Client, 'callTool'>;

/** Calls a tool as an agent does. */
export const caller =
  (client: Calling) =>
  async (name: string, given: Record<string, unknown> = {}): Promise<ToolAnswer> => {
    const { content, isError = false, structuredContent } = await client.callTool({ name, arguments: given });
    const texts = content.map((block) => (block.type === 'text' ? block.text : assert.fail(block.type)));
    return {
      refused: isError,
      says: texts[0] ?? '',
      text: texts.join('\n'),
      data: structuredContent as ToolAnswer['data'],
    };
  };

/** An agent with somebody else's client of the protocol. */
export async function connectAgent(
  t: TestContext,
  { world }: Pick<System, 'world'>,
  key: string,
  { mode = 'legacy', headers = {} }: { mode?: VersionNegotiationMode; headers?: Record<string, string> } = {},
) {
  const client = new Client({ name: 'a test', version: '1' }, { versionNegotiation: { mode } });
  const transport = new StreamableHTTPClientTransport(new URL(`${publicUrl}/mcp`), {
    fetch: world,
    requestInit: { headers: { authorization: `Bearer ${key}`, ...headers } },
  });
  await client.connect(transport);
  t.after(() => client.close());
  const names = async () => (await client.listTools()).tools.map(({ name }) => name);
  return { client, call: caller(client), names };
}

/** A key of a workspace that may do this much. */
export async function keyWith(
  { database: { db }, clock }: System,
  workspaceId: string,
  permissions: KeyGrant[],
  limits: { ipRanges?: string[]; expiresAt?: Date } = {},
): Promise<{ id: string; secret: string }> {
  const { row, secret } = await createApiKey({ db, now: clock.now }, workspaceId, 'agent', { permissions, ...limits });
  return { id: row.id, secret };
}

/** One message of the protocol by hand; what came back, as it came. */
export async function post(
  { request }: Pick<System, 'request'>,
  key: string | undefined,
  message: unknown,
  headers: Record<string, string> = {},
) {
  const response = await request('/mcp', {
    method: 'POST',
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  });
  const text = await response.text();
  const body = (text === '' ? {} : JSON.parse(text)) as ToolAnswer['data'];
  return { status: response.status, headers: response.headers, body };
}

/** Arguments for every tool in a workspace that has one of everything; of changes, those of a rehearsal. */
export function argumentsIn({ desk, ids, bookedMeeting }: Furnished): Record<string, Record<string, unknown>> {
  const eventTypeId = desk.eventType.id;
  const bookingId = ids['/v1/bookings'];
  const meetingId = ids['/v1/meetings'];
  const artifactId = ids['/v1/artifacts'];
  const span = { from: '2026-11-24T00:00:00+01:00', to: '2026-11-25T00:00:00+01:00' };
  return {
    list_event_types: {},
    find_times: { eventTypeId, ...span },
    explain_times: { eventTypeId, date: '2026-11-24' },
    list_bookings: {},
    get_booking: { bookingId },
    book_time: { eventTypeId, start: tuesdayAtTwo, visitor: { ...visitor, note: 'About the budget' } },
    move_booking: { bookingId, start: tuesdayAtTwo },
    cancel_booking: { bookingId, reason: 'Ill' },
    approve_request: { bookingId, note: 'Welcome' },
    decline_request: { bookingId, reason: 'No time' },
    list_meetings: {},
    get_meeting: { meetingId },
    create_meeting: {
      organizer: { memberId: desk.memberId },
      subject: 'Planning',
      start: tuesdayAtTwo,
      end: '2026-11-24T14:00:00+00:00',
      attendees: [{ email: 'kim@visitor.example' }],
    },
    change_meeting: { meetingId, subject: 'Sitting' },
    cancel_meeting: { meetingId, comment: 'Not needed' },
    retry_meeting: { meetingId },
    resolve_meeting: { meetingId: bookedMeeting, action: 'accept' },
    list_artifacts: {},
    read_transcript: { artifactId },
    search_transcripts: { q: 'budget' },
    get_attendance: { artifactId: ids['/v1/artifacts/{id}/attendance'] },
    share_artifact: { artifactId },
    list_connections: {},
    list_tenants: {},
    run_diagnosis: { tenantId: ids['/v1/tenants'], checks: ['clock'] },
    list_events: {},
  };
}
