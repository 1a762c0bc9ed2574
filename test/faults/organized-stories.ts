import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultRequest } from '../../emulator/faults.ts';
import type { KindOfMeeting } from '../../src/database/schema.ts';
import { tokenCalls } from '../support/restart.ts';
import { tuesdayAtTen, tuesdayAtTwo } from '../support/tenant-story.ts';
import { runMortal } from './mortal.ts';
import { optionsAtTeams, requests, startOrganized, tasksOf, type Operation, type Organized } from './organized.ts';
import { minutes, seconds } from './story.ts';

const later = '2026-11-24T15:00:00.000Z';
export const wantedOptions = { allowMeetingChat: 'disabled', allowedPresenters: 'organizer', allowRecording: false };

/** The same stories for every kind of meeting, of an organizer of a whole tenant. */
export function tellOfFaults(kind: KindOfMeeting): void {
  tellOfLostAnswers(kind);
  tellOfLateCreates(kind);
  tellOfRefusals(kind);
  tellOfRejectedTokens(kind);
  tellOfCrashes(kind);
}

/** Only Teams has options. */
function takesOptions(kind: KindOfMeeting): boolean {
  return kind !== 'external';
}

function tellOfLostAnswers(kind: KindOfMeeting): void {
  test(`R04: ${kind}: answers that are lost after Microsoft did what was asked leave exactly one meeting, and none`, async (t) => {
    const story = await startOrganized(t, kind);
    story.fail('create', { type: 'drop-response' });
    const id = await story.make();
    await story.system.work();
    assert.equal((await story.meeting(id))['problem'].code, 'microsoft_unreachable');
    const made = await story.settle(id);
    assert.deepEqual([made['status'], made['joinUrl']], ['ready', story.live()[0]?.joinUrl]);
    assert.equal(story.live().length, 1);

    story.fail('update', { type: 'drop-response' });
    await story.move(id, tuesdayAtTwo);
    const moved = await story.settle(id);
    assert.deepEqual([moved['status'], moved['joinUrl']], ['ready', made['joinUrl']]);
    assert.deepEqual(
      story.live().map(({ start }) => start),
      [tuesdayAtTwo],
    );

    if (takesOptions(kind)) {
      story.fail('options', { type: 'drop-response' });
      await story.setOptions(id, wantedOptions);
      assert.equal((await story.settle(id))['options'].state, 'applied');
      assert.deepEqual(optionsAtTeams(story.system, made['joinUrl'], wantedOptions), wantedOptions);
    }

    story.fail('cancel', { type: 'drop-response' });
    await story.cancel(id);
    assert.equal((await story.settle(id))['status'], 'cancelled');
    assert.deepEqual(story.live(), []);
    if (kind !== 'standalone')
      assert.deepEqual(
        (['invitation', 'update', 'cancellation'] as const).map((what) => story.mails(what)),
        [1, 1, 1],
      );
  });

  test(`R04: ${kind}: a meeting that was moved, and one that was cancelled, while its create was lost`, async (t) => {
    const story = await startOrganized(t, kind);
    for (const [subject, act, expected] of [
      ['Moved', (id: string) => story.move(id, later), [later]],
      ['Cancelled', (id: string) => story.cancel(id), []],
    ] as const) {
      story.fail('create', { type: 'drop-response' });
      const id = await story.make({ subject });
      await story.system.work();
      await act(id);
      await story.settle(id);
      const left = story.live().filter((each) => each.subject === subject);
      assert.deepEqual(
        left.map(({ start }) => start),
        expected,
      );
    }
  });
}

/** Keeps the first create back, as a network that delivers a request only after its sender has given up. */
function holdFirstCreate(kind: KindOfMeeting) {
  const held: { late?: Request } = {};
  const wrapFetch =
    (inner: typeof fetch): typeof fetch =>
    async (input, init) => {
      const request = new Request(input, init);
      if (held.late || request.method !== 'POST' || !request.url.endsWith(requests[kind].create.path))
        return inner(request);
      held.late = new Request(request, { signal: null });
      throw new TypeError('fetch failed');
    };
  return { held, wrapFetch };
}

function tellOfLateCreates(kind: KindOfMeeting): void {
  test(`R04: ${kind}: a create that arrives a minute late finds its meeting cancelled, and leaves nothing behind`, async (t) => {
    const { held, wrapFetch } = holdFirstCreate(kind);
    const story = await startOrganized(t, kind, { wrapFetch });
    const id = await story.make();
    await story.system.work();
    await story.cancel(id);
    await story.system.advance(minutes);
    assert.equal((await story.meeting(id))['problem'].code, 'create_unresolved');
    assert.ok(held.late);
    assert.equal((await story.system.emulator.fetch(held.late)).status, 201);
    assert.equal((await story.settle(id))['status'], 'cancelled');
    assert.deepEqual(story.live(), []);
  });

  test(`R04: ${kind}: it is waited for from the last create on, not from the first`, async (t) => {
    const { held, wrapFetch } = holdFirstCreate(kind);
    const story = await startOrganized(t, kind, { wrapFetch });
    held.late = new Request('https://graph.microsoft.com');
    story.fail('create', { type: 'drop-request' }, 1);
    const id = await story.make();
    await story.system.work();
    story.system.clock.advance(10 * minutes);
    delete held.late;
    await story.system.work();
    await story.system.app.sweep();
    await story.system.work();
    await story.cancel(id);
    await story.system.advance(minutes);
    assert.ok(held.late);
    assert.equal((await story.system.emulator.fetch(held.late)).status, 201);
    assert.equal((await story.settle(id))['status'], 'cancelled');
    assert.deepEqual(story.live(), []);
  });

  test(`${kind}: what Microsoft refused to make is cancelled without asking for it again`, async (t) => {
    const story = await startOrganized(t, kind);
    const refusal = { type: 'status', status: 403, code: 'Forbidden', message: 'Not today.' } as const;
    story.fail('create', refusal, 100);
    const id = await story.make();
    await story.system.work();
    assert.equal((await story.meeting(id))['status'], 'failed');
    const asked = story.graphCalls().length;
    await story.cancel(id);
    await story.system.work();
    assert.equal((await story.meeting(id))['status'], 'cancelled');
    assert.equal(story.graphCalls().length, asked);
  });
}

const faults: { name: string; kind: FaultRequest['kind']; code: string; waitMs?: number }[] = [
  { name: '429', kind: { type: 'status', status: 429, retryAfter: '45' }, code: 'throttled', waitMs: 45 * seconds },
  {
    name: '503',
    kind: { type: 'status', status: 503, retryAfter: '120' },
    code: 'microsoft_unavailable',
    waitMs: 120 * seconds,
  },
  { name: '503 without a time', kind: { type: 'status', status: 503 }, code: 'microsoft_unavailable' },
  { name: 'truncated JSON', kind: { type: 'truncate' }, code: 'microsoft_answer_unreadable' },
];

function tellOfRefusals(kind: KindOfMeeting): void {
  test(`R06: ${kind}: throttled, out of order or garbled: tried again when it is time, and nothing twice`, async (t) => {
    for (const { name, kind: fault, code, waitMs } of faults) {
      const story = await startOrganized(t, kind);
      const { system } = story;
      let id = '';
      const acts: [Operation, () => Promise<unknown>][] = [
        ['create', async () => (id = await story.make())],
        ['update', () => story.move(id, tuesdayAtTwo)],
        ['options', () => story.setOptions(id, wantedOptions)],
        ['cancel', () => story.cancel(id)],
      ];
      for (const [operation, act] of acts) {
        // An empty answer has nothing that could be cut off.
        if (operation === 'cancel' && fault.type === 'truncate') continue;
        if (operation === 'options' && !takesOptions(kind)) continue;
        story.fail(operation, fault);
        await act();
        await system.work();
        const waiting = await story.meeting(id);
        const { problem } = operation === 'options' ? waiting['options'] : waiting;
        const what = `${name} on ${operation}`;
        assert.equal(problem?.code, code, what);
        const wait = Date.parse(problem.retryAt) - system.clock.now().getTime();
        if (waitMs !== undefined) assert.equal(wait, waitMs, what);
        // Its calendar is watched all the while, which is another matter.
        const asked = () => story.graphCalls().filter(({ path }) => !path.includes('/calendarView/delta')).length;
        const before = asked();
        await system.advance(wait - 1);
        assert.equal(asked(), before, `${what}: a call before its time`);
        await system.advance(1);
        await story.settle(id);
      }
      assert.equal(story.live().length, fault.type === 'truncate' ? 1 : 0, name);
      if (fault.type === 'truncate') {
        await story.cancel(id);
        await story.settle(id);
        assert.deepEqual(story.live(), []);
      }
    }
  });
}

function tellOfRejectedTokens(kind: KindOfMeeting): void {
  test(`${kind}: a token that Graph rejects on the way is replaced once, and nothing is done twice`, async (t) => {
    const story = await startOrganized(t, kind);
    const { system } = story;
    const rejected = { type: 'status', status: 401 } as const;
    let id = await story.make({ subject: 'Warm' });
    await story.settle(id);
    const acts: [Operation, () => Promise<unknown>][] = [
      ['create', async () => (id = await story.make())],
      ['update', () => story.move(id, tuesdayAtTwo)],
      ['options', () => story.setOptions(id, wantedOptions)],
      ['cancel', () => story.cancel(id)],
    ];
    for (const [operation, act] of acts) {
      if (operation === 'options' && !takesOptions(kind)) continue;
      const before = tokenCalls(system, 'client_credentials').length;
      story.fail(operation, rejected);
      await act();
      await system.work();
      const after = await story.meeting(id);
      assert.deepEqual([after['inSync'], after['problem'], after['options'].problem], [true, null, null], operation);
      assert.equal(tokenCalls(system, 'client_credentials').length, before + 1, operation);
    }
    assert.equal(story.live().length, 1, 'the one that was there before');

    const before = tokenCalls(system, 'client_credentials').length;
    story.fail('create', rejected, 2);
    id = await story.make({ subject: 'Twice' });
    await system.work();
    const waiting = await story.meeting(id);
    assert.deepEqual([waiting['status'], waiting['problem'].code], ['pending', 'access_token_rejected']);
    assert.equal(tokenCalls(system, 'client_credentials').length, before + 1);
    assert.equal((await story.settle(id))['status'], 'ready');
  });

  test(`${kind}: a token that is rejected between create and change leads to one meeting at the new time`, async (t) => {
    const story = await startOrganized(t, kind);
    story.fail('create', { type: 'drop-response' });
    const id = await story.make();
    await story.system.work();
    await story.move(id, later);
    story.fail('update', { type: 'status', status: 401 });
    await story.settle(id);
    assert.deepEqual(
      story.live().map(({ start }) => start),
      [later],
    );
  });
}

type Crash = {
  task: 'sync' | 'options';
  /** Brings a meeting to where the job is to run that dies. */
  prepare(story: Organized, id: string): Promise<unknown>;
  starts: string[];
  options?: object;
};

const crashes: Record<Operation, Crash> = {
  create: { task: 'sync', prepare: async () => {}, starts: [tuesdayAtTen] },
  update: { task: 'sync', prepare: (story, id) => readyThen(story, () => story.move(id, later)), starts: [later] },
  cancel: { task: 'sync', prepare: (story, id) => readyThen(story, () => story.cancel(id)), starts: [] },
  options: {
    task: 'options',
    prepare: (story, id) =>
      readyThen(story, async () => {
        await story.setOptions(id, wantedOptions);
        await tasksOf(story.system.app).sync(id);
      }),
    starts: [tuesdayAtTen],
    options: wantedOptions,
  },
};

async function readyThen({ system }: Organized, act: () => Promise<unknown>): Promise<void> {
  await system.work();
  await act();
}

function tellOfCrashes(kind: KindOfMeeting): void {
  for (const [operation, crash] of Object.entries(crashes)) {
    if (crash.options && !takesOptions(kind)) continue;
    test(`R01: ${kind}: dead at every point of ${operation}, another process ends it well from the row`, async (t) => {
      const story = await startOrganized(t, kind);
      const died: string[] = [];
      for (let dieAt = 1; ; dieAt++) {
        const subject = `Death ${dieAt}`;
        const id = await story.make({ subject });
        await crash.prepare(story, id);
        const lastWords = await runMortal(story.system, { task: crash.task, meetingId: id, dieAt });
        const settled = await story.settle(id);
        const what = `died ${lastWords}`;
        const left = story.live().filter((each) => each.subject === subject);
        assert.deepEqual(
          left.map(({ start }) => start),
          crash.starts,
          what,
        );
        assert.equal(settled['status'], left.length > 0 ? 'ready' : 'cancelled', what);
        assert.equal(settled['joinUrl'] ?? undefined, left[0]?.joinUrl ?? settled['joinUrl'] ?? undefined, what);
        if (crash.options) {
          assert.equal(settled['options'].state, 'applied', what);
          assert.deepEqual(optionsAtTeams(story.system, settled['joinUrl'], crash.options), crash.options, what);
        }
        if (lastWords === undefined) break;
        died.push(lastWords);
      }
      t.diagnostic(`died at ${died.length} points`);
      assert.equal(story.live().length, crash.starts.length === 0 ? 0 : died.length + 1);
      const { method } = requests[kind][operation as Operation];
      for (const when of ['before', 'after'])
        assert.ok(
          died.some((point) => point.startsWith(`${when} ${method} /v1.0/users/`)),
          died.join('\n'),
        );
      assert.ok(died.includes('before commit') && died.includes('after commit'), died.join('\n'));
      if (kind !== 'standalone') {
        assert.equal(story.mails('invitation'), died.length + 1);
        assert.equal(story.mails('cancellation'), operation === 'cancel' ? died.length + 1 : 0);
      }
    });
  }
}
