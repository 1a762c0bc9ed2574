import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { searchTranscripts } from '../src/artifacts/search.ts';
import type { Database } from '../src/database/schema.ts';
import { startDesk, startSystem } from './support/system.ts';
import { addTranscript } from './support/transcripts.ts';

/** A workspace with a meeting, whose transcripts are looked through. */
async function startSearch(t: TestContext) {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const meetingId = await addMeeting(desk);
  const keep = (said: string | string[], more: { language?: string | null; startsAt?: Date } = {}) =>
    addTranscript(system, { workspaceId: desk.workspaceId, meetingId, ...more }, said);
  const find = async (q: string, more = '') =>
    desk.api('GET', `/v1/transcript-search?q=${encodeURIComponent(q)}${more}`);
  /** Texts that were found, with what is marked in them in brackets. */
  const marked = async (q: string) => {
    const answer = await find(q);
    assert.equal(answer.status, 200, `${q}: ${JSON.stringify(answer.body)}`);
    return (answer.body['data'] as Line[]).map(withMarks);
  };
  return { system, desk, meetingId, keep, find, marked };
}

type Line = { text: string; matches: [number, number][] };

function withMarks({ text, matches }: Line): string {
  return matches.toReversed().reduce((marked, [from, to]) => {
    return `${marked.slice(0, from)}[${marked.slice(from, to)}]${marked.slice(to)}`;
  }, text);
}

let meetings = 0;
async function addMeeting(desk: Awaited<ReturnType<typeof startDesk>>): Promise<string> {
  meetings += 1;
  const { body } = await desk.api('POST', '/v1/meetings', {
    organizer: { memberId: desk.memberId },
    subject: `Advice ${meetings}`,
    start: '2026-11-24T10:00:00Z',
    end: '2026-11-24T11:00:00Z',
  });
  return body['id'] as string;
}

test('words are found in the forms that their language gives them, and marked where they stand', async (t) => {
  const { keep, marked } = await startSearch(t);
  await keep(['Dana: The contracts were signed, and a contractor came.', 'Sam: I run every day.'], {
    language: 'en-us',
  });
  await keep(['Dana: Die Verträge sind unterschrieben.', 'Sam: Der Kündigung widersprechen wir nicht.'], {
    language: 'de-DE',
  });
  await keep(['Dana: Les contrats seront résiliés demain.'], { language: 'fr-fr' });
  await keep(['Dana: Los niños están cantando.'], { language: 'es-MX' });
  assert.deepEqual(await marked('contract'), ['The [contracts] were signed, and a contractor came.']);
  assert.deepEqual(await marked('running'), ['I [run] every day.']);
  assert.deepEqual(await marked('Vertrag'), ['Die [Verträge] sind unterschrieben.']);
  assert.deepEqual(await marked('Verträgen'), ['Die [Verträge] sind unterschrieben.']);
  assert.deepEqual(await marked('der kündigungen'), ['[Der] [Kündigung] widersprechen wir nicht.']);
  assert.deepEqual(await marked('résilié'), ['Les contrats seront [résiliés] demain.']);
  assert.deepEqual(await marked('canta niño'), ['Los [niños] están [cantando].']);
});

test('a language that PostgreSQL does not know, and one that nobody told, are looked through all the same', async (t) => {
  const { desk, keep, marked } = await startSearch(t);
  await keep(['Dana: Umowa została podpisana.'], { language: 'cs-cz' });
  await keep(['Dana: The offers are signed.'], { language: null });
  assert.deepEqual(await marked('UMOWA'), ['[Umowa] została podpisana.']);
  assert.deepEqual(await marked('offer'), ['The [offers] are signed.']);
  await desk.api('PATCH', '/v1/workspace', { locale: 'de' });
  await keep(['Dana: Alle Verträge sind da.'], { language: null });
  assert.deepEqual(await marked('vertrag'), ['Alle [Verträge] sind da.']);
});

test('scripts without blanks are searched by any part of the text', async (t) => {
  const { keep, marked } = await startSearch(t);
  await keep(['田中: 東京都に行く予定です。', '王: 我们明天签合同，好吗？'], { language: 'ja-jp' });
  await keep(['สมชาย: วันนี้อากาศดีมาก'], { language: 'th-th' });
  await keep(['김: 한국어를 배웁니다 B2B'], { language: 'ko-kr' });
  assert.deepEqual(await marked('東京'), ['[東京]都に行く予定です。']);
  assert.deepEqual(await marked('京都'), ['東[京都]に行く予定です。']);
  assert.deepEqual(await marked('行く予定'), ['東京都に[行く予定]です。']);
  assert.deepEqual(await marked('合'), ['我们明天签[合]同，好吗？']);
  assert.deepEqual(await marked('同'), ['我们明天签合[同]，好吗？']);
  assert.deepEqual(await marked('明天 合同'), ['我们[明天]签[合同]，好吗？']);
  assert.deepEqual(await marked('明签天'), [], 'the characters in another order');
  assert.deepEqual(await marked('京東'), []);
  assert.deepEqual(await marked('明天 -合同'), []);
  assert.deepEqual(await marked('อากาศ'), ['วันนี้[อากาศ]ดีมาก']);
  assert.deepEqual(await marked('한국어'), ['[한국어]를 배웁니다 B2B']);
  assert.deepEqual(await marked('한국어를 b2b'), ['[한국어를] 배웁니다 [B2B]']);
});

test('accents are found as they are typed, and by those who type none', async (t) => {
  const { keep, marked } = await startSearch(t);
  await keep(['Zoë: Señor Müller spoke of résumés in Łódź.', 'Sam: Every resume counts.'], { language: 'en-gb' });
  const accented = '[Señor] [Müller] spoke of résumés in Łódź.';
  const plain = 'Every [resume] counts.';
  assert.deepEqual(await marked('senor muller'), [accented]);
  assert.deepEqual(await marked('SEÑOR MÜLLER'), [accented]);
  assert.deepEqual(await marked('lodz'), ['Señor Müller spoke of résumés in [Łódź].']);
  assert.deepEqual(await marked('resume'), ['Señor Müller spoke of [résumés] in Łódź.', plain]);
  assert.deepEqual(await marked('re\u0301sume\u0301s'), ['Señor Müller spoke of [résumés] in Łódź.', plain]);
});

test('words, phrases, alternatives and what is not to be there are told apart', async (t) => {
  const { keep, marked } = await startSearch(t);
  await keep(['Dana: the annual budget', 'Sam: the budget for annual leave', 'Dana: leave by e-mail to a.b@c.example']);
  assert.deepEqual(await marked('annual budget'), ['the [annual] [budget]', 'the [budget] for [annual] leave']);
  assert.deepEqual(await marked('"annual budget"'), ['the [annual] [budget]']);
  assert.deepEqual(await marked('budget -leave'), ['the annual [budget]']);
  assert.deepEqual(await marked('budget -"annual leave"'), ['the annual [budget]']);
  assert.deepEqual(await marked('mail OR "annual leave"'), [
    'the budget for [annual] [leave]',
    '[leave] by e-[mail] to a.b@c.example',
  ]);
  assert.deepEqual(await marked('a.b@c.example'), ['leave by e-mail to [a].[b]@[c].[example]']);
  assert.deepEqual(await marked('e-mail'), ['leave by [e]-[mail] to a.b@c.example']);
});

test('a query without a word, or with what no text can have, is refused with what is wrong', async (t) => {
  const { keep, find } = await startSearch(t);
  const id = await keep(['Dana: 100 % of “it” is <b>bold</b>']);
  const hopeless = [
    '',
    ' ',
    '-',
    '"',
    '""',
    'or',
    'OR or',
    '-foo',
    '-"foo bar"',
    '& | ! <-> ( ) : *',
    "' \\",
    '…',
    '🙂',
  ];
  for (const q of [...hopeless, 'a\0b', 'x'.repeat(201), 'x'.repeat(10_000), '"'.repeat(10_000)]) {
    const answer = await find(q);
    assert.equal(answer.status, 400, `${JSON.stringify(q.slice(0, 30))}: ${JSON.stringify(answer.body)}`);
    assert.deepEqual(
      (answer.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer),
      ['/q'],
    );
  }
  assert.equal(
    (await find('').then(({ body }) => body['errors'] as { detail: string }[]))[0]?.detail.includes('word'),
    true,
  );
  const odd = [
    "foo' & bar",
    'foo:*',
    'foo\\bar',
    'a\\',
    '%_%a',
    "'; drop table artifacts; --a",
    '"unclosed',
    'a'.repeat(200),
  ];
  const operators = ['a or', 'or a', 'a or or b', '- a', '--a b', 'a -', '!a', 'a <-> b', '((a', '"a" "', 'ａ１', '½'];
  for (const q of [...odd, ...operators, "'東'", '東:*', '東\\', '-東 ก', '한 or あ']) {
    const answer = await find(q);
    assert.equal(answer.status, 200, `${q}: ${JSON.stringify(answer.body)}`);
  }
  assert.equal((await find('100')).body['data'][0].artifactId, id);
});

test('whatever is looked for, the answer is what was found or what is wrong with it', async (t) => {
  const { keep, find } = await startSearch(t);
  const seed = Number(process.env['PARLEY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`seed ${seed} (PARLEY_SEED=${seed} repeats it)`);
  await keep(['Dana: a b c 東京都 ab 1', 'Sam: ß ﬁ İ ǆ a̐ ½ a']);
  const pieces = fc.constantFrom(
    'a',
    'b',
    'ab',
    '東京',
    '京',
    'İ',
    'ß',
    '"',
    '-',
    ' ',
    ' or ',
    "'",
    '\\',
    ':*',
    '&',
    '<',
    '%',
  );
  const queries = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 12 });
  const property = fc.asyncProperty(queries, async (parts) => {
    const answer = await find(parts.join('').toWellFormed());
    assert.ok([200, 400].includes(answer.status), `${parts.join('')}: ${JSON.stringify(answer.body)}`);
    for (const { text, matches } of (answer.body['data'] ?? []) as Line[]) {
      let behind = 0;
      for (const [from, to] of matches) {
        assert.ok(behind <= from && from < to && to <= text.length, `${parts.join('')}: ${JSON.stringify(matches)}`);
        behind = to;
      }
    }
  });
  await fc.assert(property, { seed, numRuns: Number(process.env['PARLEY_RUNS'] ?? 300) });
});

test('pages follow each other without a gap, the newest meeting first, while transcripts are added', async (t) => {
  const { keep, find } = await startSearch(t);
  const day = (date: number) => new Date(Date.UTC(2026, 10, date, 10));
  const said = ['Dana: word one', 'Sam: nothing', 'Dana: word two', 'Sam: word three'];
  const ids = [await keep(said, { startsAt: day(2) }), await keep(said, { startsAt: day(3) })];
  const same = [await keep(said, { startsAt: day(4) }), await keep(said, { startsAt: day(4) })].toSorted().toReversed();
  const expected = [...same, ids[1], ids[0]].flatMap((id) => [0, 2, 3].map((position) => `${id} ${position}`));
  const seen: string[] = [];
  let cursor = '';
  do {
    const { status, body } = await find('word', `&limit=5${cursor && `&cursor=${cursor}`}`);
    assert.equal(status, 200);
    seen.push(...(body['data'] as Found[]).map(({ artifactId, position }) => `${artifactId} ${position}`));
    cursor = body['nextCursor'] as string;
    await keep(said, { startsAt: day(20) });
  } while (cursor);
  assert.deepEqual(seen, expected);
  const span = await find('word', `&from=${day(3).toISOString()}&to=${day(4).toISOString()}`);
  assert.deepEqual(new Set((span.body['data'] as Found[]).map(({ artifactId }) => artifactId)), new Set([ids[1]]));
  for (const wrong of [
    'x',
    Buffer.from('["2026-11-24T10:00:00.000Z","art_x",-1]').toString('base64url'),
    'W10',
    'bnVsbA',
  ])
    assert.equal((await find('word', `&cursor=${wrong}`)).body['errors']?.[0].pointer, '/cursor', wrong);
  const upside = `&from=${day(4).toISOString()}&to=${day(3).toISOString()}`;
  assert.equal((await find('word', upside)).body['errors'][0].pointer, '/to');
});

type Found = Line & { artifactId: string; position: number };

test('twenty thousand lines are looked through by the index of words, whatever is looked for', async (t) => {
  const { system, desk, keep } = await startSearch(t);
  const artifactId = await keep(['Dana: The zebra signed in 東京都.']);
  const { db } = system.database;
  await sql`
    insert into transcript_lines (artifact_id, position, workspace_id, starts_ms, ends_ms, speaker, text, words)
    select ${artifactId}, n, ${desk.workspaceId}, n * 1000, n * 1000, null, text, to_tsvector('simple', text)
    from generate_series(1, 20000) as n, lateral (select 'word' || n % 1000 || ' and number ' || n || repeat(' and so on', 20) as text) as line
  `.execute(db);
  const asked: { sql: string; parameters: readonly unknown[] }[] = [];
  const { pool } = system.database;
  await pool.query('vacuum analyze transcript_lines');
  const watched = new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => void asked.push(query),
  });
  const principal = {
    kind: 'key',
    workspaceId: desk.workspaceId,
    keyId: 'key_of_a_test',
    lineage: 'key_of_a_test',
    grants: ['*'],
  } as const;
  for (const q of ['zebra', '"zebra signed" -nobody', 'zebra or lion', '東京都', '京', 'word7 number']) {
    asked.length = 0;
    const rows = await searchTranscripts({ db: watched }, principal, { q, limit: 50 });
    assert.ok(rows.length > 0, q);
    const query = asked.find((one) => one.sql.includes('"found"')) ?? assert.fail(q);
    const { rows: plan } = await pool.query<Record<string, string>>(`explain ${query.sql}`, [...query.parameters]);
    const text = plan.map((row) => row['QUERY PLAN']).join('\n');
    assert.match(text, /Bitmap Index Scan on transcript_lines_words/, `${q}\n${text}`);
    assert.doesNotMatch(text, /Seq Scan on transcript_lines/, `${q}\n${text}`);
  }
});
