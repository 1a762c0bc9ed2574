import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { NORTHGATE_CLIENT_ID } from '../../emulator/seed.ts';
import { eventsOf } from '../../emulator/graph/mailboxes.ts';
import { createTeamsPolicy, grantTeamsPolicy } from '../../src/microsoft/policies.ts';
import { startSystem } from './system.ts';
import { runPowerShell, startTenant } from './tenant.ts';

export const visitor = { name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London', note: '' };
export const tuesdayAtTen = '2026-11-24T09:00:00.000Z';
export const tuesdayAtTwo = '2026-11-24T13:00:00.000Z';

const policy = { policyName: 'Parley-Meetings', clientId: NORTHGATE_CLIENT_ID };

export type TenantStory = Awaited<ReturnType<typeof startTenantStory>>;

/** A whole tenant that is connected, with what a test looks at. */
export async function startTenantStory(
  t: TestContext,
  tenant: Parameters<typeof startTenant>[1] = {},
  options: Parameters<typeof startSystem>[1] = {},
) {
  const system = await startSystem(t, options);
  const desk = await startTenant(system, tenant);
  const { context, calls } = system.emulator;
  const from = calls.length;
  const ask = async (method: string, path: string, body?: unknown, expected = 200) => {
    const answer = await desk.api(method, path, body);
    assert.equal(answer.status, expected, JSON.stringify(answer.body));
    return answer.body;
  };
  return {
    system,
    desk,
    ask,
    graphCalls: (method?: string, path = '/users/') =>
      calls
        .slice(from)
        .filter(
          (call) => call.service === 'graph' && call.path.includes(path) && call.method === (method ?? call.method),
        ),
    eventsOf: (objectId: string) => eventsOf(context.mailboxes, objectId).filter((event) => !event.isCancelled),
    /** An event type whose host is matched with an organizer, and who takes bookings all week in Berlin. */
    eventType: (more: object = {}) =>
      ask(
        'POST',
        '/v1/event-types',
        {
          hostId: desk.memberId,
          slug: `advice-${Math.random().toString(36).slice(2)}`,
          title: 'Careers advice',
          timeZone: 'Europe/Berlin',
          minNoticeMinutes: 0,
          ...more,
        },
        201,
      ),
    book: (eventTypeId: string, start = tuesdayAtTen) =>
      ask('POST', '/v1/bookings', { eventTypeId, start, visitor }, 201),
    meeting: (id: string) => ask('GET', `/v1/meetings/${id}`),
    /** Grants the Teams policy as its administrator would, with the script that Parley prints. */
    grant(...organizers: { objectId: string }[]) {
      const users = organizers.map(({ objectId }) => ({ objectId, label: objectId }));
      runPowerShell(system, createTeamsPolicy(policy));
      runPowerShell(system, grantTeamsPolicy(policy, { kind: 'users', users }));
    },
  };
}
