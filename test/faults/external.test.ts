import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteEvent } from '../../emulator/graph/event-actions.ts';
import { tuesdayAtTwo } from '../support/tenant-story.ts';
import { runMortal } from './mortal.ts';
import { tellOfFaults } from './organized-stories.ts';
import { startOrganized, tasksOf, zoom, type Organized } from './organized.ts';
import { createGate } from './story.ts';

// Checks R01, R04 and R06 for events whose conference is not made here.

tellOfFaults('external');

const webex = { provider: 'Webex', url: 'https://northgate.webex.com/meet/marek' };

/** What the events of a subject tell of conferences: each block by its name, and the place. */
function told({ eventsOf, organizer }: Organized, subject: string) {
  return eventsOf(organizer.objectId)
    .filter((event) => event.subject === subject)
    .map(({ body, location }) => [...(body.match(/Zoom Meeting|Webex/g) ?? []), location.displayName]);
}

test('R01: external: dead at every point of another conference, another process ends it well from the row', async (t) => {
  const story = await startOrganized(t, 'external');
  const died: string[] = [];
  for (let dieAt = 1; ; dieAt++) {
    const subject = `Death ${dieAt}`;
    const id = await story.make({ subject });
    await story.system.work();
    await story.ask('PATCH', `/v1/meetings/${id}`, { conference: webex, start: tuesdayAtTwo, end: endOfTwo });
    const lastWords = await runMortal(story.system, { task: 'sync', meetingId: id, dieAt });
    const settled = await story.settle(id);
    assert.deepEqual([settled['status'], settled['joinUrl']], ['ready', webex.url], lastWords);
    assert.deepEqual(told(story, subject), [['Webex', webex.url]], lastWords);
    if (lastWords === undefined) break;
    died.push(lastWords);
  }
  t.diagnostic(`died at ${died.length} points`);
  for (const point of ['before PATCH', 'after PATCH', 'before commit', 'after commit'])
    assert.ok(
      died.some((words) => words.startsWith(point)),
      died.join('\n'),
    );
  assert.equal(story.mails('invitation'), died.length + 1);
  assert.equal(story.mails('update'), died.length + 1, 'each was told once');
});

test('R04: external: answers that are lost after a body was written leave one block, and another conference follows', async (t) => {
  const story = await startOrganized(t, 'external');
  const id = await story.make();
  await story.settle(id);
  story.fail('update', { type: 'drop-response' });
  await story.ask('PATCH', `/v1/meetings/${id}`, { conference: webex });
  await story.system.work();
  assert.equal((await story.meeting(id))['problem'].code, 'microsoft_unreachable');
  await story.ask('PATCH', `/v1/meetings/${id}`, { conference: zoom });
  assert.equal((await story.settle(id))['joinUrl'], zoom.url);
  assert.deepEqual(told(story, 'Review'), [['Zoom Meeting', zoom.url]]);

  story.fail('update', { type: 'drop-response' });
  await story.ask('PATCH', `/v1/meetings/${id}`, { conference: null });
  assert.equal((await story.settle(id))['joinUrl'], null);
  assert.deepEqual(told(story, 'Review'), [['']]);
});

test('external: a conference that changed while its event was being made, and two jobs at once', async (t) => {
  const gate = createGate();
  let hold = true;
  const story = await startOrganized(t, 'external', {
    wrapFetch: (inner) => async (input, init) => {
      const request = new Request(input, init);
      if (hold && request.method === 'POST' && request.url.endsWith('/events')) {
        hold = false;
        await gate.pass();
      }
      return inner(request);
    },
  });
  const jobs = tasksOf(story.system.app);
  const id = await story.make();
  const first = jobs.sync(id);
  await gate.arrived;
  await story.ask('PATCH', `/v1/meetings/${id}`, { conference: webex });
  const second = jobs.sync(id);
  gate.open();
  await Promise.all([first, second]);
  assert.equal((await story.settle(id))['joinUrl'], webex.url);
  assert.deepEqual(told(story, 'Review'), [['Webex', webex.url]]);

  await story.ask('PATCH', `/v1/meetings/${id}`, { conference: zoom });
  await Promise.all([jobs.sync(id), jobs.sync(id)]);
  await story.settle(id);
  assert.deepEqual(told(story, 'Review'), [['Zoom Meeting', zoom.url]]);
  assert.equal(story.mails('invitation'), 1);
});

test('external: an event that somebody removes while its body is read is asked about, not made again', async (t) => {
  let remove = () => {};
  const story = await startOrganized(t, 'external', {
    wrapFetch: (inner) => async (input, init) => {
      if (new Request(input, init).url.includes('%2Cbody%2C')) remove();
      return inner(input, init);
    },
  });
  const { emulator } = story.system;
  const id = await story.make();
  await story.settle(id);
  const [event] = story.eventsOf(story.organizer.objectId);
  assert.ok(event);
  remove = () => {
    deleteEvent(emulator.context, event);
    remove = () => {};
  };
  await story.ask('PATCH', `/v1/meetings/${id}`, { conference: webex });
  await story.system.work();
  const left = await story.meeting(id);
  assert.deepEqual([left['status'], left['outlookChange'].kind, story.live()], ['out_of_sync', 'deleted', []]);
  await story.ask('POST', `/v1/meetings/${id}/resolve`, { action: 'recreate' });
  await story.system.work();
  assert.deepEqual(told(story, 'Review'), [['Webex', webex.url]]);
});

const endOfTwo = new Date(Date.parse(tuesdayAtTwo) + 30 * 60_000).toISOString();
