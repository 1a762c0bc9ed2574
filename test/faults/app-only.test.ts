import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import { highestConcurrency } from '../../emulator/graph/throttling.ts';
import {
  addServicePrincipal,
  CONTOSO_TENANT_ID,
  NORTHGATE_CLIENT_ID,
  NORTHGATE_CLIENT_SECRET,
  NORTHGATE_TENANT_ID,
  SINGLE_TENANT_CLIENT_ID,
  SINGLE_TENANT_CLIENT_SECRET,
} from '../../emulator/seed.ts';
import { startPeer, userNamed } from '../support/system.ts';
import { addOrganizer, addTenant } from '../support/tenant.ts';
import { tuesdayAtTen, tuesdayAtTwo } from '../support/tenant-story.ts';
import { tellOfFaults, wantedOptions } from './organized-stories.ts';
import { endOf, optionsAtTeams, startOrganized } from './organized.ts';
import { minutes, seconds } from './story.ts';

// Checks R01, R04, R06 and T06 for meetings in calendars of organizers of a whole tenant.

tellOfFaults('calendar');

for (const unknownJoinUrl of ['empty', 'not-found', 'bad-request'] as const) {
  test(`options wait while Teams does not know the meeting yet, which it says as “${unknownJoinUrl}”`, async (t) => {
    const story = await startOrganized(t, 'calendar');
    Object.assign(story.system.emulator.switches, { onlineMeetingLookupDelayMs: 5 * minutes, unknownJoinUrl });
    const id = await story.make({ options: wantedOptions });
    await story.system.work();
    const early = await story.meeting(id);
    assert.deepEqual(
      [early['status'], early['options'].state, early['options'].problem.code],
      ['ready', 'pending', 'options_waiting'],
    );
    const { joinUrl, options } = await story.settle(id);
    assert.equal(options.state, 'applied');
    assert.deepEqual(optionsAtTeams(story.system, joinUrl, wantedOptions), wantedOptions);
  });
}

test('T06: each mailbox is reached with a token of its own tenant, and one of another is never used', async (t) => {
  const tokens: { tid: unknown; user: string }[] = [];
  let mixUp = false;
  const story = await startOrganized(t, 'calendar', {
    wrapFetch: (inner) => async (input, init) => {
      const request = new Request(input, init);
      const { host, pathname } = new URL(request.url);
      if (host === 'graph.microsoft.com') {
        const { tid } = decodeJwt(request.headers.get('authorization')?.slice('Bearer '.length) ?? '');
        tokens.push({ tid, user: pathname.split('/')[3] ?? '' });
      }
      // A proxy that gives the answer of another tenant
      if (mixUp && pathname === `/${CONTOSO_TENANT_ID}/oauth2/v2.0/token`) return inner(...northgatesToken);
      return inner(request);
    },
  });
  const { system, desk, ask } = story;
  const contoso = await addTenant(system, desk.workspaceId, {
    tenantId: CONTOSO_TENANT_ID,
    clientId: SINGLE_TENANT_CLIENT_ID,
    clientSecret: SINGLE_TENANT_CLIENT_SECRET,
  });
  addServicePrincipal(system.emulator.context.directory, CONTOSO_TENANT_ID, SINGLE_TENANT_CLIENT_ID).appRoles = [
    'Calendars.ReadWrite',
    'User.Read.All',
  ];
  const { tenantConnectionId } = contoso;
  const yuki = await addOrganizer(system, { workspaceId: desk.workspaceId, tenantConnectionId }, 'yuki.brandt');
  const makeFor = (organizerId: string) => story.make({ organizer: { organizerId } });
  mixUp = true;
  const refused = await makeFor(yuki.id);
  await system.work();
  assert.equal((await story.meeting(refused))['problem'].code, 'token_tenant_mismatch');
  mixUp = false;
  await ask('POST', `/v1/meetings/${refused}/retry`, undefined);
  const ids = await Promise.all([1, 2, 3, 4].flatMap(() => [makeFor(yuki.id), makeFor(story.organizer.id)]));
  system.emulator.fail({
    service: 'graph',
    path: '/events',
    method: 'POST',
    times: 2,
    kind: { type: 'status', status: 401 },
  });
  for (const id of [refused, ...ids]) assert.equal((await story.settle(id))['status'], 'ready');
  for (const { tid, user } of tokens) {
    const owner = system.emulator.context.directory.users.get(user);
    assert.equal(tid, owner?.tenantId, user);
  }
  assert.deepEqual(new Set(tokens.map(({ tid }) => tid)), new Set([CONTOSO_TENANT_ID, NORTHGATE_TENANT_ID]));
  assert.equal(userNamed(system.emulator, 'yuki.brandt').id, yuki.objectId);
});

const northgatesToken = [
  `https://login.microsoftonline.com/${NORTHGATE_TENANT_ID}/oauth2/v2.0/token`,
  {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: NORTHGATE_CLIENT_ID,
      client_secret: NORTHGATE_CLIENT_SECRET,
      scope: 'https://graph.microsoft.com/.default',
    }),
  },
] as const;

test('R06: syncs, options and probes of one organizer in two processes: at most four requests at a time', async (t) => {
  const flight = { now: 0, most: 0 };
  const counting =
    (inner: typeof fetch): typeof fetch =>
    async (input, init) => {
      const request = new Request(input, init);
      if (!request.url.startsWith('https://graph.microsoft.com/')) return inner(request);
      flight.most = Math.max(flight.most, ++flight.now);
      return inner(request).finally(() => flight.now--);
    };
  const story = await startOrganized(t, 'calendar', { wrapFetch: counting });
  const { system } = story;
  const peer = await startPeer(t, system, { microsoft: counting(system.emulator.fetch) });
  const times = Array.from({ length: 16 }, (_, index) => new Date(Date.parse(tuesdayAtTen) + index * 15 * minutes));
  const ids = await Promise.all(
    times.map((start, index) =>
      story.make({
        start: start.toISOString(),
        end: endOf(start.toISOString()),
        options: wantedOptions,
        ...(index % 2 === 1 && { kind: 'standalone' }),
      }),
    ),
  );
  // Refusals that say a policy is missing have the organizer probed.
  const message = 'No application access policy found for this app';
  const kind = { type: 'status', status: 403, code: 'Forbidden', message } as const;
  system.emulator.fail({ service: 'graph', path: '/createOrGet', times: 3, kind });
  system.emulator.fail({ service: 'graph', method: 'PATCH', path: '/onlineMeetings/', times: 3, kind });
  system.emulator.context.mailboxes.throttle.highWater.clear();
  system.emulator.switches.latencyMs = 30;
  for (let round = 0; round < 12; round++) {
    await Promise.all([system.work(), peer.app.drain()]);
    system.clock.advance(5 * seconds);
    await system.app.sweep();
  }
  system.emulator.switches.latencyMs = 0;
  for (const id of ids) assert.equal((await story.settle(id))['options'].state, 'applied');
  const probes = story.graphCalls('POST').filter(({ body }) => body.includes('parley-policy-probe'));
  assert.ok(probes.length > 0, 'the organizer was probed');
  assert.ok(highestConcurrency(system.emulator.context) <= 4, `${highestConcurrency(system.emulator.context)} at once`);
  assert.ok(flight.most <= 4, `${flight.most} requests at once`);
  assert.ok(flight.most >= 2, 'they were done side by side');
  assert.deepEqual([story.live('calendar').length, story.live('standalone').length], [8, 8]);
  await story.move(ids[0] ?? '', tuesdayAtTwo);
  await story.settle(ids[0] ?? '');
});
