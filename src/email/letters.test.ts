import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { credentialLetter } from './administrator-letter.ts';
import { bookingLetter, type BookingFacts } from './booking-letter.ts';
import { chooseLocale, locales, spanText, textsOf } from './locale.ts';
import { sampleLetter } from './sample-letter.ts';
import { placeholders, templateNames, unknownPlaceholders } from './template.ts';

const joinUrl = 'https://teams.microsoft.com/l/meetup-join/19%3ameeting';
const evil = `<img src="https://evil.example/x.png" onerror='x'>\r\nBcc: eve@evil.example\u2028\u0085\u0000\u202Eeve`;

const facts: BookingFacts = {
  reader: { name: 'Sam Okafor', locale: 'en', timeZone: 'America/New_York' },
  workspaceName: 'Northgate',
  eventTitle: 'Intro call',
  operatorNames: ['Dana Reyes', 'Ada Quist'],
  visitor: { name: 'Sam Okafor', email: 'sam@example.org', note: '' },
  companions: ['Kim'],
  start: new Date('2026-11-24T09:00:00Z'),
  end: new Date('2026-11-24T09:30:00Z'),
  teams: { joinUrl },
  reason: '',
  decisionNote: '',
  minutesLeft: 1440,
  links: { manage: 'https://meet.example.com/bookings/b1' },
};

const certificate = {
  credential: { kind: 'certificate' as const, name: 'Autumn', expiresAt: new Date('2026-12-23T06:00:00Z') },
  registration: { id: 'app_1', name: 'Front desk', clientId: '0f2c1111-2222-4333-8444-555566667777' },
  reader: { name: 'Ada Quist', timeZone: 'America/New_York', locale: 'en' as const, workspaceName: 'Northgate' },
  publicUrl: 'https://meet.example.com',
  now: new Date('2026-11-23T07:00:00Z'),
};

describe('a letter about a booking', () => {
  test('says what, when in its reader’s zone, with whom, and how to join, as text and as HTML', () => {
    const { subject, text, html } = bookingLetter('confirmed', facts);
    assert.equal(subject, 'You are booked: Intro call with Dana Reyes and Ada Quist');
    assert.match(text, /^Hello Sam Okafor,\n\nYour time with Dana Reyes and Ada Quist is booked\./);
    assert.match(text, /When: Tuesday, 24 November 2026, 04:00–04:30 \(Eastern Standard Time\)\n/);
    assert.match(text, /Where: Microsoft Teams Meeting\n\nJoin Teams meeting:\n/);
    assert.ok(text.includes(joinUrl));
    assert.ok(html.includes(`<a href="${joinUrl}"`));
    assert.match(html, />Join Teams meeting<\/a>/);
  });

  test('says that the link will follow while there is none, and nothing of Teams where none is wanted', () => {
    const waiting = bookingLetter('confirmed', { ...facts, teams: { joinUrl: undefined } });
    assert.match(waiting.text, /The link to the Teams meeting will follow by e-mail\./);
    const without = bookingLetter('confirmed', { ...facts, teams: undefined });
    assert.doesNotMatch(without.text + without.html, /Teams/);
    assert.doesNotMatch(bookingLetter('requested', facts).text, /Teams meeting/);
    assert.doesNotMatch(bookingLetter('cancelled', facts).text, /Join/);
  });

  test('leaves out a paragraph that has nothing to say', () => {
    assert.match(
      bookingLetter('cancelled', { ...facts, reason: 'I am ill.\nSorry.' }).text,
      /\n\nI am ill\.\nSorry\.\n\n/,
    );
    assert.doesNotMatch(bookingLetter('cancelled', facts).text, /\n\n\n|undefined/);
    assert.doesNotMatch(bookingLetter('rescheduled', facts).text, /Until now/);
  });

  test('gives the approver links that stand out', () => {
    const links = {
      approve: 'https://meet.example.com/requests/r?a',
      decline: 'https://meet.example.com/requests/r?d',
    };
    const { html, text } = bookingLetter('to_approve', { ...facts, links, visitor: { ...facts.visitor, note: 'Hi' } });
    assert.match(html, /href="https:\/\/meet\.example\.com\/requests\/r\?a"[^>]*>Approve</);
    assert.match(text, /Message: Hi\n/);
    assert.match(text, /Opening it decides nothing/);
  });

  for (const locale of locales) {
    test(`holds whatever people are called, in ${textsOf(locale).name}`, () => {
      for (const template of [
        'requested',
        'to_approve',
        'confirmed',
        'declined',
        'reminder',
        'cancelled_staff',
      ] as const) {
        const { subject, text, html } = bookingLetter(template, {
          ...facts,
          reader: { ...facts.reader, name: evil, locale },
          workspaceName: evil,
          eventTitle: evil,
          operatorNames: [evil],
          visitor: { name: evil, email: 'sam@example.org', note: `${evil}\n\n1. ${evil}\n{{operator.names}}` },
          companions: [evil],
          reason: `${evil}\n\n1. ${evil}`,
          decisionNote: evil,
        });
        assert.doesNotMatch(subject, /\p{Cc}|[\p{Zl}\p{Zp}\u202E]/u);
        assert.doesNotMatch(text, /\r|(?!\n)\p{Cc}|[\p{Zl}\p{Zp}\u202E]/u);
        assert.doesNotMatch(html, /<(img|script|link|iframe|style|form)|\b(src|background|on\w+)="|url\(/);
        for (const href of html.match(/(?<=href=")[^"]*/g) ?? []) assert.doesNotMatch(href, /evil/);
        assert.doesNotMatch(html, /<ol>/, 'what people write makes no list');
      }
    });
  }
});

describe('the words of each language', () => {
  for (const locale of locales) {
    test(`${textsOf(locale).name} uses only placeholders that there are, and all letters read well in a sample`, () => {
      for (const template of templateNames) {
        const text = textsOf(locale).templates[template];
        assert.deepEqual(unknownPlaceholders(template, text.subject), [], template);
        assert.deepEqual(unknownPlaceholders(template, text.body), [], template);
        const letter = sampleLetter({
          template,
          locale,
          text,
          workspaceName: 'Northgate',
          publicUrl: 'https://meet.example.com',
          now: certificate.now,
        });
        assert.doesNotMatch(Object.values(letter).join(), /\{\{|\}\}|undefined|NaN|Invalid/);
        assert.ok(letter.subject.length > 10 && letter.text.length > 100);
        assert.match(letter.html, new RegExp(`<html lang="${locale}">`));
      }
    });
  }

  test('each letter says more than its placeholders in every language but English', () => {
    for (const template of templateNames) {
      const bodies = locales.map((locale) => textsOf(locale).templates[template].body);
      assert.equal(new Set(bodies).size, locales.length, template);
    }
  });

  test('dates are written as in the language, with the zone by its name', () => {
    const text = (locale: 'en' | 'de' | 'fr' | 'es') => spanText(facts.start, facts.end, 'Europe/Berlin', locale);
    assert.equal(text('en'), 'Tuesday, 24 November 2026, 10:00–10:30 (Central European Standard Time)');
    assert.equal(text('de'), 'Dienstag, 24. November 2026, 10:00–10:30 (Mitteleuropäische Normalzeit)');
    assert.equal(text('fr'), 'mardi 24 novembre 2026, 10:00–10:30 (heure normale d’Europe centrale)');
    assert.equal(text('es'), 'martes, 24 de noviembre de 2026, 10:00–10:30 (hora estándar de Europa central)');
  });

  test('a time that the clocks show twice is told apart by the name of the zone', () => {
    const [start, end] = [new Date('2026-10-25T00:30:00Z'), new Date('2026-10-25T01:30:00Z')];
    const text = spanText(start, end, 'Europe/Berlin', 'en');
    assert.match(text, /02:30 \(Central European Summer Time\)–02:30 \(Central European Standard Time\)/);
  });

  test('a language is chosen by its first part, and English where there is none', () => {
    assert.equal(chooseLocale('de-AT'), 'de');
    assert.equal(chooseLocale('pt-BR', 'fr_CA'), 'fr');
    assert.equal(chooseLocale(null, undefined, 'xx'), 'en');
  });
});

describe('words of a workspace’s own', () => {
  test('take the same values, escaped, and a placeholder that there is not is found', () => {
    const text = {
      subject: 'Hi {{ visitor.name }}',
      body: 'See you {{when}}, <b>{{visitor.name}}</b>\n\n1. Bring {{eventType.title}}\n2. Smile',
    };
    const { subject, html } = bookingLetter(
      'confirmed',
      { ...facts, visitor: { ...facts.visitor, name: '<i>Sam' } },
      text,
    );
    assert.equal(subject, 'Hi <i>Sam');
    assert.match(html, /&lt;b&gt;&lt;i&gt;Sam&lt;\/b&gt;/);
    assert.match(html, /<ol>\n<li>Bring Intro call<\/li>\n<li>Smile<\/li>\n<\/ol>/);
    assert.deepEqual(unknownPlaceholders('confirmed', '{{when}} {{reason}} {{ x }} {{open'), ['reason', 'x', '{{']);
    assert.ok(placeholders.cancelled.includes('reason'));
  });
});

describe('a letter about a certificate', () => {
  test('says what ends and when, in the time of its reader, and what to do', () => {
    const { subject, text } = credentialLetter(certificate);
    assert.equal(subject, 'The certificate “Autumn” of “Front desk” ends in 30 days');
    assert.match(text, /^Hello Ada Quist,\n\n/);
    assert.match(text, /ends on Wednesday, 23 December 2026, 01:00 \(Eastern Standard Time\), in 30 days\./);
    assert.match(text, /https:\/\/meet\.example\.com\/console\/microsoft-365\/app-registrations\/app_1\n/);
    assert.match(text, /1\. Make a new certificate.*\n2\. In Microsoft Entra, .*0f2c1111-2222-4333-8444-555566667777/);
  });

  test('tells the time left in whole days, and the end as what it is', () => {
    const at = (expiresAt: string) =>
      credentialLetter({ ...certificate, credential: { ...certificate.credential, expiresAt: new Date(expiresAt) } });
    assert.match(at('2026-11-24T07:00:00Z').subject, /ends within a day$/);
    assert.match(at('2026-11-24T09:00:00Z').subject, /ends in 1 day$/);
    assert.match(at('2026-11-25T06:00:00Z').subject, /ends in 2 days$/);
    assert.match(at('2026-11-23T07:00:00Z').subject, /has ended$/);
    assert.match(at('2026-11-20T12:00:00Z').text, /ended on Friday, 20 November 2026, 07:00/);
  });

  test('calls a client secret so, and asks for its Value', () => {
    const { subject, text } = credentialLetter({
      ...certificate,
      credential: { ...certificate.credential, kind: 'secret' },
    });
    assert.match(subject, /^The client secret “Autumn”/);
    assert.match(text, /make a new client secret .*\n2\. Add its Value, not its Secret ID/);
  });
});
