import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from './log.ts';

function capture() {
  const lines: string[] = [];
  return { lines, log: createLog({ level: 'debug', write: (line) => lines.push(line) }) };
}

test('a line is one JSON object with a UTC time, the level, the fields and the message', () => {
  const { lines, log } = capture();
  log.child({ requestId: 'r1' }).info({ bookingId: 'b1', attempt: 2 }, 'meeting created');
  const { time, ...line } = JSON.parse(lines[0] ?? '');
  assert.deepEqual(line, { level: 'info', requestId: 'r1', bookingId: 'b1', attempt: 2, message: 'meeting created' });
  assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('what is written because of a run has the fields of the run, also later and from elsewhere', async () => {
  const { lines, log } = capture();
  const elsewhere = log.child({ part: 'jobs' });
  await log.within({ traceId: 't1' }, async () => {
    await Promise.resolve();
    await log.within({ requestId: 'r1' }, async () => elsewhere.info({ requestId: 'r2' }, 'inner'));
    log.info({}, 'outer');
  });
  log.info({}, 'after');
  const seen = lines.map((line) => {
    const { time: _, ...rest } = JSON.parse(line) as Record<string, string>;
    return rest;
  });
  assert.deepEqual(seen, [
    { level: 'info', part: 'jobs', traceId: 't1', requestId: 'r2', message: 'inner' },
    { level: 'info', traceId: 't1', message: 'outer' },
    { level: 'info', message: 'after' },
  ]);
});

// K05
test('secrets are taken out by the names of fields and by their look in texts', () => {
  const { lines, log } = capture();
  const jwt = 'eyJhbGciOiJcanary.eyJzdWIiOiJcanary.c2lnCanary';
  const cause = Object.assign(new Error(`POST ?code=canary&state=canary failed with Bearer canary-canary-canary`), {
    config: { headers: { Authorization: 'canary' } },
  });
  log.error(
    {
      err: new Error(`could not send ${jwt}`, { cause }),
      headers: new Headers({ authorization: 'Bearer canary', accept: 'x' }),
      nested: [{ access_token: 'canary', refreshToken: 'canary', 'Set-Cookie': ['canary'], joinUrl: 'canary' }],
      url: 'https://teams.microsoft.com/l/meetup-join/19%3acanary?context=canary',
      live: 'https://teams.live.com/meet/canary?p=canary',
      body: 'grant_type=x&client_secret=canary&refresh_token=canary',
      database: 'postgres://parley:canary@db/parley',
      bytes: Buffer.from('canary'),
    },
    'failed at https://teams.microsoft.com/meet/canary',
  );
  log.child({ token: 'canary' }).info({}, 'child');
  assert.doesNotMatch(lines.join(''), /canary/i);
  const line = JSON.parse(lines[0] ?? '');
  assert.equal(line.headers.accept, 'x');
  assert.equal(line.err.message, 'could not send [redacted]');
});

test('a line break in a field or message cannot forge a second line', () => {
  const { lines, log } = capture();
  log.warn({ name: 'a\n{"level":"error"}' }, 'b\nc');
  assert.equal(lines.join('').trimEnd().split('\n').length, 1);
});
