import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseVtt } from './vtt.ts';

/** Lines as `start–end speaker: text`. */
const read = (vtt: string) =>
  parseVtt(vtt).lines.map(
    ({ startsMs, endsMs, speaker, text }) => `${startsMs}–${endsMs} ${speaker === null ? '' : `${speaker}: `}${text}`,
  );
const faultsOf = (vtt: string) => parseVtt(vtt).faults;
const cue = (payload: string) => `WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n${payload}\n`;
const spoken = (payload: string) => parseVtt(cue(payload)).lines.map(({ speaker, text }) => [speaker, text]);

test('the form that Microsoft documents is read, with its short times', () => {
  const vtt = 'WEBVTT\n\n0:0:0.0 --> 0:0:5.320\n<v User Name>This is a transcript test.</v>\n';
  assert.deepEqual(parseVtt(vtt), {
    lines: [{ startsMs: 0, endsMs: 5320, speaker: 'User Name', text: 'This is a transcript test.' }],
    faults: 0,
  });
});

test('plain cues are read as said by nobody in particular', () => {
  const vtt = 'WEBVTT\r\n\r\n00:00:16.246 --> 00:00:17.726\r\nGood morning.\r\n\r\n01:00:00.000 --> 01:00:01.5\r\nBye.';
  assert.deepEqual(read(vtt), ['16246–17726 Good morning.', '3600000–3601500 Bye.']);
});

test('what began before the recording has negative times, wherever the sign stands', () => {
  for (const times of ['-0:0:5.250 --> 0:0:1.0', '-00:00:05.250 --> 00:00:01.000', '0:0:-5.-250 --> 0:0:1.0'])
    assert.deepEqual(read(`WEBVTT\n\n${times}\nHello`), ['-5250–1000 Hello'], times);
  assert.deepEqual(read('WEBVTT\n\n-0:0:0.0 --> 0:0:1.0\nHello'), ['0–1000 Hello']);
});

test('times are read with and without hours and fractions, with a comma, and with settings behind them', () => {
  const times = (text: string) => read(`WEBVTT\n\n${text}\nx`)[0];
  assert.equal(times('01:02.5 --> 01:03.25'), '62500–63250 x');
  assert.equal(times('00:01:02 --> 00:01:03'), '62000–63000 x');
  assert.equal(times('00:01:02,000 --> 00:01:03,000'), '62000–63000 x');
  assert.equal(times('0:1:2.1234567 --> 0:1:3.9999999'), '62123–63999 x');
  assert.equal(times('100:00:00.000-->101:00:00.000\tline:0 align:start'), '360000000–363600000 x');
  assert.equal(times('00:00:05.000 --> 00:00:01.000'), '5000–5000 x', 'an end before the start');
});

test('a byte order mark, names of cues, notes, styles and regions are nothing that was said', () => {
  const vtt = [
    '\uFEFFWEBVTT - made by somebody\nKind: captions',
    'NOTE said by nobody\nover two lines',
    'STYLE\n::cue { color: red }',
    'REGION\nid:fred',
    '6f1e7a7c-8b9c/12-0\n00:00:01.000 --> 00:00:02.000\n<v Ada>One</v>',
    '2\n00:00:03.000 --> 00:00:04.000\n<v Ada>Two</v>',
    'NOTE\nthe end',
  ].join('\n\n');
  assert.deepEqual(read(vtt), ['1000–2000 Ada: One', '3000–4000 Ada: Two']);
  assert.equal(faultsOf(vtt), 0);
});

test('cues are told apart without the blank line between them, and line breaks of any kind are blanks', () => {
  assert.deepEqual(read('WEBVTT\n00:01.000 --> 00:02.000\nOne\nmore\n00:03.000 --> 00:04.000\rTwo'), [
    '1000–2000 One more',
    '3000–4000 Two',
  ]);
});

test('several voices in one cue are several lines, with end tags or without', () => {
  const both = [
    ['Ada', 'Shall we?'],
    ['Sam Okafor', 'Yes.'],
  ];
  assert.deepEqual(spoken('<v Ada>Shall we?</v>\n<v Sam Okafor>Yes.</v>'), both);
  assert.deepEqual(spoken('<v Ada>Shall we?<v.loud.first Sam  Okafor>Yes.'), both);
  assert.deepEqual(spoken('Before <v Ada>within</v> after'), [
    [null, 'Before'],
    ['Ada', 'within'],
    [null, 'after'],
  ]);
});

test('tags within what was said are dropped, and entities are read once', () => {
  assert.deepEqual(spoken('<v Ada &amp; Co><i>Fish <b.x>&amp;</b></i> <00:00:01.500>chips&nbsp;&#8211;&#x20AC;3</v>'), [
    ['Ada & Co', 'Fish & chips –€3'],
  ]);
  assert.deepEqual(spoken('&amp;lt;b&amp;gt; &unknown; AT&T 1 < 2 > 0 <3'), [
    [null, '&lt;b&gt; &unknown; AT&T 1 < 2 > 0 <3'],
  ]);
  assert.deepEqual(spoken('<v>Nobody</v><v   >again'), [
    [null, 'Nobody'],
    [null, 'again'],
  ]);
});

test('what PostgreSQL could not store, or what would turn the text around it, does not come through', () => {
  assert.deepEqual(spoken('<v A\0da>o\0ne &#0;&#xD800;\uDC00 \u202Etwo\u0007\u0085 &#x202E;three &#1114112;</v>'), [
    ['A da', 'o ne � two three �'],
  ]);
  assert.deepEqual(spoken('cafe\u0301 한국어'), [[null, 'café 한국어']]);
});

test('a cue that says nothing is no line, and no fault', () => {
  assert.deepEqual(parseVtt(cue('<v Ada></v>\n<b> </b>')), { lines: [], faults: 0 });
});

test('what cannot be read is counted, and what follows is read', () => {
  const vtt = [
    'WEBVTT',
    '00:00:xx --> 00:00:02.000\nlost',
    'name\n00:00:01.000 -> 00:00:02.000\nlost',
    'neither a cue\nnor a note',
    '999999999999:00:00.000 --> 999999999999:00:01.000\nlost',
    '00:00:05.000 --> 00:00:06.000\nkept',
  ].join('\n\n');
  assert.deepEqual(parseVtt(vtt), {
    lines: [{ startsMs: 5000, endsMs: 6000, speaker: null, text: 'kept' }],
    faults: 4,
  });
  assert.equal(faultsOf('<!DOCTYPE html>\n<html><body>Sign in</body></html>'), 1);
  assert.equal(faultsOf(''), 0);
});

test('a line without end is cut between words, never through a character, and nothing of it is lost', () => {
  const words = Array.from({ length: 3000 }, (_, at) => `word${at}`).join(' ');
  const lines = parseVtt(cue(`<v ${'N'.repeat(5000)}>${words}</v>`)).lines;
  assert.equal(lines.map(({ text }) => text).join(' '), words);
  assert.ok(lines.every(({ text, speaker }) => text.length <= 2000 && speaker?.length === 200));
  const faces = parseVtt(cue(`x${'😀'.repeat(3000)}`)).lines.map(({ text }) => text);
  assert.equal(faces.join(''), `x${'😀'.repeat(3000)}`);
  assert.ok(faces.every((text) => text.isWellFormed()));
});

test('of more lines than any meeting has, the first are kept and the others counted', () => {
  const { lines, faults } = parseVtt(`WEBVTT\n\n${'0:0:1.0 --> 0:0:2.0\nx\n\n'.repeat(100_010)}`);
  assert.deepEqual([lines.length, faults], [100_000, 10]);
});

const megabyte = 1024 * 1024;
const often = (text: string) => text.repeat(Math.ceil(megabyte / text.length));
const rubbish: Record<string, string> = {
  'tags without end': often('<v '),
  'tags of classes without end': often('<v.a'),
  angles: often('<'),
  'nested tags': often('<b<i'),
  'end tags': often('</v '),
  'end tags and one angle': `${often('</v ')}>`,
  arrows: often('-->'),
  'lines of arrows': often('-->\n'),
  digits: often('0'),
  times: often('00:'),
  signs: often('-'),
  ampersands: often('&'),
  entities: often('&#x'),
  blanks: often(' '),
  'line breaks': often('\r'),
  'one character': often('a'),
  'heaps of accents': often('\u0301\u0316'),
  'accents and letters': often('a\u0316\u0301'),
  'halves of characters': often('\uD83D'),
  NUL: often('\0'),
  cues: often('0:0 --> 0:1\n<v A>b'),
  voices: often('<v A>b'),
};

test('a megabyte of rubbish is read in time, wherever it stands', (t) => {
  let slowest = 0;
  for (const [what, text] of Object.entries(rubbish)) {
    for (const vtt of [
      text,
      cue(text),
      cue(`<v ${text}`),
      cue(`<v Ada>${text}</v>`),
      `WEBVTT\n\n${text} --> 0:1.0\nx`,
    ]) {
      const begun = performance.now();
      storable(vtt);
      const took = performance.now() - begun;
      slowest = Math.max(slowest, took);
      assert.ok(took < 5000, `${what} took ${Math.round(took)} ms`);
    }
  }
  t.diagnostic(`${Object.keys(rubbish).length} kinds, the slowest took ${Math.round(slowest)} ms`);
});

/** Whether everything that was read can be stored: what a column of PostgreSQL would refuse. */
function storable(vtt: string): void {
  for (const { startsMs, endsMs, speaker, text } of parseVtt(vtt).lines) {
    for (const ms of [startsMs, endsMs]) assert.ok(Number.isInteger(ms) && Math.abs(ms) < 2 ** 31);
    assert.ok(startsMs <= endsMs);
    for (const kept of [text, speaker ?? 'x']) {
      assert.ok(kept.length > 0 && kept.length <= 2000);
      assert.ok(kept.isWellFormed() && !/\p{Cc}/u.test(kept));
    }
  }
}

const piece = fc.oneof(
  fc.constantFrom(
    'WEBVTT',
    '\n',
    '\n\n',
    '\r\n',
    '\r',
    '-->',
    ' --> ',
    '<v ',
    '<v.x ',
    '</v>',
    '>',
    '<',
    '&lt;',
    '&#0;',
  ),
  fc.constantFrom('0:0:5.320', '00:00:01.000 --> 00:00:02.000\n', '-', ':', 'NOTE', 'STYLE', '\uFEFF', '\0', '\uD800'),
  fc.constantFrom(
    '\uDC00',
    '\u202E',
    '&#xD800;',
    '99999:99999:99999.999999999',
    ' ',
    '\t',
    '\u0301',
    'Ada',
    'ß',
    '東京',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

test('whatever the pieces, reading never throws and what is read can be stored', (t) => {
  const seed = Number(process.env['PARLEY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`seed ${seed} (PARLEY_SEED=${seed} repeats it)`);
  const documents = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
  fc.assert(fc.property(documents, storable), { seed, numRuns: 5000 });
});

test('whatever is said, of any length, is read back word for word', (t) => {
  const seed = Number(process.env['PARLEY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`seed ${seed} (PARLEY_SEED=${seed} repeats it)`);
  const word = fc.stringMatching(/^[\p{L}\p{N}]{1,12}$/u).map((text) => text.normalize('NFC'));
  const said = fc.array(
    fc.record({ speaker: word, words: fc.array(word, { minLength: 1, maxLength: 8 }), at: fc.nat(1e8) }),
    { maxLength: 20 },
  );
  const property = fc.property(said, (lines) => {
    const cues = lines.map(
      ({ speaker, words, at }) => `${clock(at)} --> ${clock(at)}\n<v ${speaker}>${words.join(' ')}</v>`,
    );
    const back = parseVtt(['WEBVTT', ...cues].join('\n\n'));
    assert.deepEqual(back, {
      lines: lines.map(({ speaker, words, at }) => ({ startsMs: at, endsMs: at, speaker, text: words.join(' ') })),
      faults: 0,
    });
  });
  fc.assert(property, { seed, numRuns: 500 });
});

function clock(ms: number): string {
  const pad = (value: number, length: number) => String(value).padStart(length, '0');
  const [seconds, minutes] = [Math.floor(ms / 1000), Math.floor(ms / 60_000)];
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60, 2)}:${pad(seconds % 60, 2)}.${pad(ms % 1000, 3)}`;
}
