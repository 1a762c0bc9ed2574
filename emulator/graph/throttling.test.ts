import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { test } from 'node:test';
import { asApp, asPerson, graphEmulator, meeting } from '../../test/support/graph-caller.ts';
import { highestConcurrency } from './throttling.ts';

const milan = '/users/milan.okafor@contoso.example/events';

function sorted(answers: { status: number }[]): number[] {
  return answers.map((answer) => answer.status).toSorted((a, b) => a - b);
}

test('the fifth request at a time to one mailbox is refused, with a fractional Retry-After', async () => {
  const emulator = graphEmulator();
  const dana = await asPerson(emulator, 'dana.reyes');
  const answers = await Promise.all(Array.from({ length: 6 }, () => dana.get('/me/events')));
  assert.deepEqual(sorted(answers), [200, 200, 200, 200, 429, 429]);
  const refused = answers.find((answer) => answer.status === 429);
  assert.equal(refused?.json.error.code, 'ApplicationThrottled');
  assert.equal(refused?.json.error.message, 'Application is over its MailboxConcurrency limit.');
  assert.equal(refused?.headers.get('retry-after'), '2.128');
  assert.equal(highestConcurrency(emulator.context), 6);
  assert.equal((await dana.get('/me/events')).status, 200, 'nothing stays counted');
});

test('another mailbox, and the directory, are not affected', async () => {
  const emulator = graphEmulator();
  const app = await asApp(emulator, 'dana.reyes', ['Calendars.ReadWrite', 'User.Read.All']);
  const answers = await Promise.all([
    ...Array.from({ length: 4 }, () => app.get('/users/dana.reyes@contoso.example/events')),
    ...Array.from({ length: 4 }, () => app.get(milan)),
    ...Array.from({ length: 8 }, () => app.get('/users')),
  ]);
  assert.deepEqual(new Set(sorted(answers)), new Set([200]));
  assert.equal(highestConcurrency(emulator.context), 4);
});

test('a mailbox by id and by name is one mailbox', async () => {
  const app = await asApp(graphEmulator(), 'dana.reyes', ['Calendars.ReadWrite']);
  const byId = '/users/2c81d5f7-0a94-4e63-b7d2-45f6e8a1390c/events';
  const answers = await Promise.all([milan, byId, milan, byId, milan].map((path) => app.get(path)));
  assert.equal(answers.filter((answer) => answer.status === 429).length, 1);
});

test('more than so many requests in ten minutes are refused until the window has moved on', async () => {
  const emulator = graphEmulator();
  emulator.context.mailboxes.throttle.tenMinuteLimit = 3;
  const dana = await asPerson(emulator, 'dana.reyes');
  for (const expected of [200, 200, 200, 429]) assert.equal((await dana.get('/me/events')).status, expected);
  emulator.clock.advance(600_000);
  assert.equal((await dana.get('/me/events')).status, 200);
});

test('a batch answers each item by itself, in 200', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  const json = { 'Content-Type': 'application/json' };
  const { status, json: answer } = await dana.post('/$batch', {
    requests: [
      { id: 'create', method: 'POST', url: '/me/events', headers: json, body: meeting() },
      { id: 'list', method: 'GET', url: '/me/events', dependsOn: ['create'] },
      { id: 'missing', method: 'GET', url: '/me/events/nope' },
      { id: 'after', method: 'GET', url: '/me', dependsOn: ['missing'] },
    ],
  });
  assert.equal(status, 200);
  const byId = Object.fromEntries(answer.responses.map((one) => [one.id, one]));
  assert.deepEqual(
    ['create', 'list', 'missing', 'after'].map((id) => byId[id]?.status),
    [201, 200, 404, 424],
  );
  assert.equal(byId['list']?.body.value.length, 1);
  assert.match(byId['create']?.headers['Content-Type'] ?? '', /application\/json/);
});

test('a batch runs four items of one mailbox at a time, and throttles what others are in the way of', async () => {
  const emulator = graphEmulator();
  const dana = await asPerson(emulator, 'dana.reyes');
  const requests = Array.from({ length: 20 }, (_, index) => ({ id: String(index), method: 'GET', url: '/me/events' }));
  const alone = await dana.post('/$batch', { requests });
  assert.ok(alone.json.responses.every((one) => one.status === 200));
  const [batch] = await Promise.all([
    dana.post('/$batch', { requests }),
    ...Array.from({ length: 4 }, () => dana.get('/me/events')),
  ]);
  const refused = batch.json.responses.filter((one) => one.status === 429);
  assert.equal(batch.status, 200);
  assert.ok(refused.every((one) => one.headers['Retry-After'] === '2.128'));
});

for (const [what, body] of [
  ['21 requests', { requests: Array.from({ length: 21 }, (_, id) => ({ id: String(id), method: 'GET', url: '/me' })) }],
  ['an id that comes twice', { requests: [1, 2].map(() => ({ id: 'a', method: 'GET', url: '/me' })) }],
  ['a batch within', { requests: [{ id: 'a', method: 'POST', url: '/$batch' }] }],
  ['an unknown dependency', { requests: [{ id: 'a', method: 'GET', url: '/me', dependsOn: ['b'] }] }],
  ['a body without a type', { requests: [{ id: 'a', method: 'POST', url: '/me/events', body: {} }] }],
  ['no requests', {}],
] as const) {
  test(`a batch with ${what} is refused as a whole`, async () => {
    const dana = await asPerson(graphEmulator(), 'dana.reyes');
    assert.equal((await dana.post('/$batch', body)).status, 400);
  });
}

test('answers are compressed for whoever accepts it', async () => {
  const emulator = graphEmulator();
  const { token } = await asPerson(emulator, 'dana.reyes');
  const response = await emulator.fetch('https://graph.microsoft.com/v1.0/me', {
    headers: { authorization: `Bearer ${token}`, 'accept-encoding': 'gzip, deflate' },
  });
  assert.equal(response.headers.get('content-encoding'), 'gzip');
  const json = JSON.parse(gunzipSync(Buffer.from(await response.arrayBuffer())).toString('utf8')) as { mail: string };
  assert.equal(json.mail, 'dana.reyes@contoso.example');
});
