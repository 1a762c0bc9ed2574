import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tuesdayAtTwo, visitor } from './support/appointments.ts';
import { calendarOf, dana, sam, startMailStory } from './support/mail-story.ts';
import { apiClient, publicUrl, startWorkspace } from './support/system.ts';

const byParley = { invitations: 'parley' };

describe('languages', () => {
  const words = {
    en: [/^You are booked: /, /Join Teams meeting:/, /Tuesday, 24 November 2026, 09:00–09:30 \(Greenwich Mean Time\)/],
    de: [
      /^Ihr Termin: /,
      /An der Teams-Besprechung teilnehmen:/,
      /Dienstag, 24\. November 2026, 09:00–09:30 \(Mittlere Greenwich-Zeit\)/,
    ],
    fr: [
      /^Votre rendez-vous : /,
      /Rejoindre la réunion Teams:/,
      /mardi 24 novembre 2026, 09:00–09:30 \(heure moyenne de Greenwich\)/,
    ],
    es: [
      /^Su cita: /,
      /Unirse a la reunión de Teams:/,
      /martes, 24 de noviembre de 2026, 09:00–09:30 \(hora del meridiano de Greenwich\)/,
    ],
  } as const;
  for (const [locale, [subject, button, when]] of Object.entries(words)) {
    test(`a visitor is written to in ${locale}, in their own zone; the operator in theirs`, async (t) => {
      const { system, desk, book, settle, to } = await startMailStory(t, byParley);
      await system.database.db.updateTable('members').set({ locale: 'de' }).where('id', '=', desk.memberId).execute();
      await book({ visitor: { ...visitor, locale } });
      await settle();
      assert.match(to(sam)[0]?.subject ?? '', subject);
      assert.match(to(sam)[0]?.text ?? '', button);
      assert.match(to(sam)[0]?.text ?? '', when);
      assert.match(to(sam)[0]?.html ?? '', new RegExp(`<html lang="${locale}">`));
      assert.match(to(dana)[0]?.subject ?? '', /^Neue Buchung: Sam Okafor/);
      assert.match(to(dana)[0]?.text ?? '', /10:00–10:30 \(Mitteleuropäische Normalzeit\)/);
      assert.match(calendarOf(to(sam)[0]).description ?? '', /^Join Teams Meeting: https:/);
    });
  }
});

describe('words of a workspace’s own', () => {
  const at = '/v1/email-templates/confirmed/en';
  const own = {
    subject: 'See you, {{visitor.name}}',
    body: 'Hi {{recipient.name}},\n\n<b>Bring</b> coffee.\n\n1. Milk\n2. Sugar',
  };

  test('are shown, previewed without a trace, saved, used, and taken back', async (t) => {
    const { ask, book, settle, to, mails } = await startMailStory(t, byParley);
    const find = async () =>
      ((await ask('GET', '/v1/email-templates'))['data'] as Record<string, unknown>[]).find(
        ({ template, locale }) => template === 'confirmed' && locale === 'en',
      );
    const before = await find();
    assert.equal(before?.['changed'], false);
    assert.ok(JSON.stringify(before?.['placeholders']).includes('"visitor.name"'));

    const preview = await ask('POST', `${at}/preview`, own);
    assert.equal(preview['subject'], 'See you, Sam Okafor');
    assert.match(preview['html'], /&lt;b&gt;Bring&lt;\/b&gt; coffee\./);
    assert.match(preview['html'], /<ol>\n<li>Milk<\/li>/);
    assert.match(preview['text'], /Join Teams meeting:/);
    assert.deepEqual(await find(), before);
    assert.deepEqual(mails, []);

    const saved = await ask('PUT', at, own);
    assert.deepEqual([saved['changed'], saved['subject']], [true, own.subject]);
    await book();
    await settle();
    assert.equal(to(sam)[0]?.subject, 'See you, Sam Okafor');
    assert.match(to(sam)[0]?.text ?? '', /Hi Sam Okafor,\n\n<b>Bring<\/b> coffee\.\n\n1\. Milk\n2\. Sugar/);

    await ask('DELETE', at, undefined, 204);
    assert.equal((await find())?.['changed'], false);
    await book({ start: tuesdayAtTwo });
    await settle();
    assert.match(to(sam)[1]?.subject ?? '', /^You are booked/);
  });

  test('are refused where they name what the letter does not have, or break its form', async (t) => {
    const { system, desk, ask } = await startMailStory(t);
    const refused = async (text: object, pointer: string, path = at) => {
      for (const [method, where] of [
        ['PUT', path],
        ['POST', `${path}/preview`],
      ] as const) {
        const answer = await desk.api(method, where, text);
        assert.equal(answer.status, 400, JSON.stringify(answer.body));
        assert.equal(answer.body['errors'][0].pointer, pointer);
      }
    };
    await refused({ ...own, body: 'Because {{reason}}' }, '/body');
    await refused({ ...own, subject: '{{visitor.name' }, '/subject');
    await refused({ ...own, subject: 'a\r\nBcc: eve@evil.example' }, '/subject');
    await refused({ ...own, body: 'x'.repeat(5001) }, '/body');
    await refused({ ...own, body: ' \n ' }, '/body');
    await refused({ ...own, html: '<b>' }, '/html');
    assert.equal((await desk.api('PUT', '/v1/email-templates/confirmed/pt', own)).status, 400);
    assert.equal((await desk.api('PUT', '/v1/email-templates/nothing/en', own)).status, 400);
    const texts = (await ask('GET', '/v1/email-templates'))['data'] as { changed: boolean }[];
    assert.ok(texts.every(({ changed }) => !changed));
    const stranger = await startWorkspace(system, { email: 'eve@other.example' });
    await ask('PUT', at, own);
    const theirs = (await stranger.api('GET', '/v1/email-templates')).body['data'] as { changed: boolean }[];
    assert.ok(theirs.every(({ changed }) => !changed));
  });

  test('every letter in every language has a preview', async (t) => {
    const { ask } = await startMailStory(t);
    const texts = (await ask('GET', '/v1/email-templates'))['data'] as {
      template: string;
      locale: string;
      subject: string;
      body: string;
    }[];
    assert.equal(texts.length, 19 * 4);
    for (const { template, locale, subject, body } of texts) {
      const preview = await ask('POST', `/v1/email-templates/${template}/${locale}/preview`, { subject, body });
      assert.doesNotMatch(JSON.stringify(preview), /\{\{|undefined/);
    }
  });
});

describe('A11: the calendar of an operator, to subscribe to', () => {
  test('has their bookings and nobody else’s, tells whether it changed, and ends when it is ended', async (t) => {
    const { system, desk, ask, book, booking, eventType, colleague } = await startMailStory(t);
    const milan = await colleague('milan.okafor');
    const his = await eventType({ hostId: milan.memberId });
    const mine = await book();
    const theirs = await book({ eventTypeId: his['id'], start: tuesdayAtTwo });
    await system.work();
    const { url, webcalUrl } = await ask('POST', `/v1/members/${desk.memberId}/calendar-feed`, undefined, 201);
    assert.match(url, /^http:\/\/localhost:3000\/feeds\/parley_feed_[\w-]{43}\.ics$/);
    assert.equal(webcalUrl, url.replace('http:', 'webcal:'));
    const stored = await system.database.db.selectFrom('members').select('feed_token_hash').execute();
    assert.ok(!JSON.stringify(stored).includes(url.slice(-20)));

    const answer = await system.world(url);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'text/calendar; charset=utf-8');
    const file = (await answer.text()).replaceAll('\r\n ', '');
    const { joinUrl } = (await booking(mine['id']))['meeting'];
    for (const line of [
      'METHOD:PUBLISH',
      `UID:${mine['id']}@parley`,
      'SUMMARY:Intro call: Sam Okafor',
      'LOCATION:Microsoft Teams Meeting',
      `URL:${joinUrl}`,
    ])
      assert.ok(file.includes(`${line}\r\n`), line);
    assert.ok(file.includes(`Join Teams Meeting: ${joinUrl}`));
    assert.ok(!file.includes(theirs['id']));

    const etag = answer.headers.get('etag') ?? '';
    const same = await system.world(url, { headers: { 'if-none-match': `W/"x", ${etag}` } });
    assert.deepEqual([same.status, await same.text()], [304, '']);
    await ask('POST', `/v1/bookings/${mine['id']}/reschedule`, { start: '2026-11-25T09:00:00.000Z' });
    const changed = await system.world(url, { headers: { 'if-none-match': etag } });
    assert.equal(changed.status, 200);
    assert.match(await changed.text(), /DTSTART:20261125T090000Z/);

    const again = await ask('POST', `/v1/members/${desk.memberId}/calendar-feed`, undefined, 201);
    assert.equal((await system.world(url)).status, 404);
    assert.equal((await system.world(again['url'])).status, 200);
    await ask('DELETE', `/v1/members/${desk.memberId}/calendar-feed`, undefined, 204);
    assert.equal((await system.world(again['url'])).status, 404);
  });

  test('is a member’s own, or for those who manage the workspace; a stranger’s is not found', async (t) => {
    const { system, desk, colleague } = await startMailStory(t);
    const milan = await colleague('milan.okafor');
    const path = (id: string) => `/v1/members/${id}/calendar-feed`;
    await milan.person.call(`${publicUrl}${path(milan.memberId)}`, 'POST');
    await assert.rejects(milan.person.call(`${publicUrl}${path(desk.memberId)}`, 'POST'), /403/);
    const stranger = await startWorkspace(system, { email: 'eve@other.example' });
    assert.equal((await apiClient(system, stranger.apiKey)('POST', path(desk.memberId))).status, 404);
    assert.equal((await system.world('http://localhost:3000/feeds/parley_feed_x.ics')).status, 404);
  });
});
