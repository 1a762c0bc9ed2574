import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDesk, startSystem, startWorkspace, type System } from './support/system.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parentId = '00f067aa0ba902b7';

type Line = { message: string; requestId?: string; traceId?: string; parentId?: string; path?: string; route?: string };

const linesOf = ({ lines }: System) => lines.map((line) => JSON.parse(line) as Line);

test('the trace of a caller is in the log of the request, and of what Microsoft was asked because of it', async (t) => {
  const system = await startSystem(t);
  const { api, eventType } = await startDesk(system);
  const path = `/v1/event-types/${eventType.id}/slots?from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z`;
  const headers = { traceparent: `00-${traceId}-${parentId}-01`, 'x-request-id': 'r-1' };
  const answer = await api('GET', path, undefined, headers);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('traceparent'), null);
  const traced = linesOf(system).filter((line) => line.traceId !== undefined);
  for (const line of traced)
    assert.deepEqual([line.traceId, line.parentId, line.requestId], [traceId, parentId, 'r-1']);
  const [asked, ...rest] = traced.map(({ message, path: of }) => [message, of]);
  assert.deepEqual(asked, ['graph call', '/me/calendarView']);
  assert.deepEqual(rest.at(-1), ['request', undefined]);
});

test('a traceparent that is none costs nothing and is not in the log', async (t) => {
  const system = await startSystem(t);
  const { api } = await startWorkspace(system);
  const { status } = await api('GET', '/v1/workspace', undefined, { traceparent: `00-${traceId}-canary-01` });
  assert.equal(status, 200);
  assert.ok(linesOf(system).every((line) => line.traceId === undefined));
  assert.doesNotMatch(system.lines.join('\n'), /canary/);
});
