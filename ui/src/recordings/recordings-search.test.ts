import assert from 'node:assert/strict';
import { test } from 'node:test';
import { artifactSearchOf, recordingsSearchOf } from './recordings-search.ts';

test('an address keeps the kind and the words, and drops what is neither', () => {
  assert.deepEqual(recordingsSearchOf({ kind: 'transcript', q: ' visa ', page: 3 }), { kind: 'transcript', q: 'visa' });
  assert.deepEqual(recordingsSearchOf({ kind: 'photo', q: '  ' }), {});
  assert.deepEqual(recordingsSearchOf({ q: 2026 }), { q: '2026' });
});

test('a deep link names a second, also before the beginning, or nothing', () => {
  assert.deepEqual(artifactSearchOf({ t: 12.5, q: 'visa' }), { t: 12.5, q: 'visa' });
  assert.deepEqual(artifactSearchOf({ t: '-3' }), { t: -3 });
  for (const t of ['soon', '', {}, Infinity, undefined]) assert.deepEqual(artifactSearchOf({ t }), {});
});
