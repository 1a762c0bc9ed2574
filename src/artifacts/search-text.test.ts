import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseSearch } from './search-query.ts';
import { pairsOf, runsOf, withoutAccents, wordsOf } from './search-text.ts';

test('words are what has letters or digits, in small letters, where they stand', () => {
  assert.equal(wordsOf('Don’t “MOVE” it, a.b@C.example!'), 'don t  move  it  a b c example ');
  assert.equal(wordsOf('50 % von 東京tower 😀x'), '50   von   tower   x');
  assert.equal(withoutAccents(wordsOf('ÉCOLE Łódź ñandú naïve')), 'ecole lodz nandu naive');
});

test('of scripts without blanks there are runs, and pairs of their characters', () => {
  assert.deepEqual(runsOf('東京ー都、に行く abc สวัสดี。'), ['東京ー都', 'に行く', 'สวัสดี']);
  assert.deepEqual(pairsOf('東京都'), ['東京', '京都', '都']);
  assert.deepEqual(pairsOf('𠮷野'), ['𠮷野', '野']);
});

test('whatever the text, its words stand where they stood', (t) => {
  const seed = Number(process.env['PARLEY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`seed ${seed} (PARLEY_SEED=${seed} repeats it)`);
  const texts = fc.string({
    unit: fc.oneof(
      fc.constantFrom('İ', 'ß', 'ﬁ', 'ǆ', '東', '𝐀', 'Ω', '<', '>'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
  });
  const property = fc.property(texts, (text) => {
    const words = wordsOf(text);
    assert.equal(words.length, text.length);
    assert.equal(withoutAccents(words).length, text.length);
    assert.doesNotMatch(words, /[<>"'&|!:*\\]/);
    for (const run of runsOf(text)) assert.ok(!/[\s'\\%_]/.test(run));
  });
  fc.assert(property, { seed, numRuns: 2000 });
});

test('a query is read as groups of what is wanted and what is not', () => {
  const group = (phrases: string[], unwanted: string[] = []) => ({
    wanted: { phrases, runs: [] },
    unwanted: { phrases: unwanted, runs: [] },
  });
  assert.deepEqual(parseSearch('One "two  three" -four'), [group(['one', 'two three'], ['four'])]);
  assert.deepEqual(parseSearch('one or two OR -three'), [group(['one']), group(['two'])]);
  assert.deepEqual(parseSearch('"or" -"a b" x-y'), [group(['or', 'x y'], ['a b'])]);
  assert.deepEqual(parseSearch('東京tower -京'), [
    { wanted: { phrases: ['tower'], runs: ['東京'] }, unwanted: { phrases: [], runs: ['京'] } },
  ]);
  assert.throws(() => parseSearch('-only "" … or'), { code: 'invalid_request' });
});
