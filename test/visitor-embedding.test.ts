import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sam, startFront } from './support/visitor-story.ts';

const site = 'https://www.northwind.example';
const embedded = `embed=1&site=${encodeURIComponent(site)}`;

test('booking pages stand inside the sites of the workspace, and every other page of the server in none', async (t) => {
  const { system, desk, book, get, post, bookOne } = await startFront(t);
  const framers = async (path: string) => {
    const { headers } = await get(path);
    const ancestors = /frame-ancestors (.*)$/.exec(headers.get('content-security-policy') ?? '')?.[1];
    return { ancestors, frameOptions: headers.get('x-frame-options') };
  };
  const nobody = { ancestors: "'none'", frameOptions: 'DENY' };
  const kept = await bookOne();
  assert.deepEqual(await framers(`${book}?${embedded}`), nobody);
  await desk.api('PATCH', '/v1/workspace', { embedOrigins: [site, 'https://shop.northwind.example:8443'] });
  const ours = { ancestors: `${site} https://shop.northwind.example:8443`, frameOptions: null };
  assert.deepEqual(await framers(`${book}?${embedded}`), ours);
  assert.deepEqual(await framers(`${book}?embed=1`), ours);
  assert.deepEqual(await framers(`${book}?${embedded}&start=2026-11-25T09:00:00Z`), ours);
  assert.deepEqual(await framers(`${kept}?${embedded}`), ours);
  for (const path of [
    book,
    kept,
    `${kept}/cancel?${embedded}`,
    `${kept}/reschedule?${embedded}`,
    `/my/${desk.slug}?${embedded}`,
    `/sign-in?${embedded}`,
    `/requests/x?${embedded}`,
  ])
    assert.deepEqual((await framers(path)).ancestors, nobody.ancestors, path);
  assert.equal((await get(`/console/?${embedded}`)).headers.get('x-frame-options'), 'DENY');
  assert.equal((await get(`/v1/me?${embedded}`)).headers.get('x-frame-options'), 'DENY');

  const fields = { start: '2026-11-25T09:00:00Z', tz: 'Europe/London', key: 'form-of-northwind-000000', ...sam };
  const booked = await post(`${book}?${embedded}`, fields);
  assert.match(booked.location, /^\/bookings\/[^?]*\?embed=1&site=https%3A%2F%2Fwww\.northwind\.example&booked=$/);
  const page = await get(booked.location);
  assert.match(page.text, /data-booked=/);
  assert.match(page.text, /data-embedded-in="https:\/\/www\.northwind\.example"/);
  const wrong = await post(`${book}?${embedded}`, { ...fields, email: 'x' });
  assert.match(wrong.headers.get('content-security-policy') ?? '', /frame-ancestors https:/);
  await system.work();
});

test('the script may be loaded by any site, and nothing else may', async (t) => {
  const { system } = await startFront(t);
  const resource = async (path: string) => (await system.request(path)).headers.get('cross-origin-resource-policy');
  assert.equal(await resource('/embed.js'), 'cross-origin');
  assert.equal(await resource('/assets/visitor.js'), 'same-origin');
  assert.equal(await resource('/v1/me'), 'same-origin');
});
