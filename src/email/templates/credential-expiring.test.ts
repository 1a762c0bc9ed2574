import assert from 'node:assert/strict';
import { test } from 'node:test';
import { credentialExpiring } from './credential-expiring.ts';

const now = new Date('2026-11-23T07:00:00Z');
const facts = {
  credential: { kind: 'certificate' as const, name: 'Autumn', expiresAt: new Date('2026-12-23T06:00:00Z') },
  registration: { id: 'app_1', name: 'Front desk', clientId: '0f2c1111-2222-4333-8444-555566667777' },
  member: { name: 'Ada Quist', timeZone: 'America/New_York' },
  workspaceName: 'Northgate',
  publicUrl: 'https://meet.example.com',
  now,
};

test('the mail says what ends and when, in the time of its reader, and what to do', () => {
  const { subject, text } = credentialExpiring(facts);
  assert.equal(subject, 'The certificate “Autumn” of “Front desk” ends in 30 days');
  assert.match(text, /^Hello Ada Quist,\n\n/);
  assert.match(text, /ends on Wednesday 23 December 2026 at 01:00 \(America\/New_York\), in 30 days\./);
  assert.match(text, /https:\/\/meet\.example\.com\/console\/microsoft-365\/app-registrations\/app_1\n/);
  assert.match(text, /1\. Make a new certificate.*\n2\. In Microsoft Entra, .*0f2c1111-2222-4333-8444-555566667777/);
});

test('the time left is told in whole days, and the end as what it is', () => {
  const at = (expiresAt: string) =>
    credentialExpiring({ ...facts, credential: { ...facts.credential, expiresAt: new Date(expiresAt) } });
  assert.match(at('2026-11-24T07:00:00Z').subject, /ends within a day$/);
  assert.match(at('2026-11-24T09:00:00Z').subject, /ends in 1 day$/);
  assert.match(at('2026-11-25T06:00:00Z').subject, /ends in 2 days$/);
  assert.match(at('2026-11-23T07:00:00Z').subject, /has ended$/);
  assert.match(at('2026-11-20T12:00:00Z').text, /ended on Friday 20 November 2026 at 07:00/);
});

test('a client secret is called so, and its Value is asked for', () => {
  const { subject, text } = credentialExpiring({ ...facts, credential: { ...facts.credential, kind: 'secret' } });
  assert.match(subject, /^The client secret “Autumn”/);
  assert.match(text, /make a new client secret .*\n2\. Add its Value, not its Secret ID/);
});

test('names are text in HTML, and nothing is loaded from anywhere', () => {
  const registration = { ...facts.registration, name: `<img src="https://evil.example/x.png" onerror='x'> & Co` };
  const { html, text } = credentialExpiring({ ...facts, registration, member: { ...facts.member, name: '<b>Ada' } });
  assert.match(html, /&lt;img src=&quot;https:\/\/evil\.example\/x\.png&quot; onerror=&#39;x&#39;&gt; &amp; Co/);
  assert.match(html, /<p>Hello &lt;b&gt;Ada,<\/p>/);
  assert.deepEqual(html.match(/<(img|script|link|iframe|style|form)|\b(src|background|on\w+)="|url\(/g), null);
  assert.deepEqual(html.match(/(?<=href=")[^"]*/g), [
    'https://meet.example.com/console/microsoft-365/app-registrations/app_1',
  ]);
  assert.match(text, /“<img src="https/);
});

test('a name ends no line and no sentence', () => {
  const name = 'A\r\nBcc: x@evil.example\u2028\u2029\u0085\u0000\u202Eeve';
  const registration = { ...facts.registration, name };
  const { subject, text } = credentialExpiring({ ...facts, registration, member: { ...facts.member, name } });
  assert.equal(subject, 'The certificate “Autumn” of “A Bcc: x@evil.example eve” ends in 30 days');
  assert.match(text, /^Hello A Bcc: x@evil\.example eve,\n/);
  assert.doesNotMatch(text + subject, /\r|(?!\n)\p{Cc}|[\p{Zl}\p{Zp}\u202E]/u);
});
