import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTraceparent } from './trace.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parentId = '00f067aa0ba902b7';

test('a traceparent of this and of later versions is read', () => {
  assert.deepEqual(readTraceparent(`00-${traceId}-${parentId}-01`), { traceId, parentId });
  assert.deepEqual(readTraceparent(`cc-${traceId}-${parentId}-01`), { traceId, parentId });
  assert.deepEqual(readTraceparent(`cc-${traceId}-${parentId}-01-what-the-future-will-be-like`), { traceId, parentId });
});

test('what the standard calls invalid is ignored', () => {
  const wrong = [
    undefined,
    '',
    'x',
    traceId,
    `00-${traceId}-${parentId}`,
    `ff-${traceId}-${parentId}-01`,
    `00-${traceId}-${parentId}-01-more`,
    `cc-${traceId}-${parentId}-01.more`,
    `00-${traceId.toUpperCase()}-${parentId}-01`,
    `00-${'0'.repeat(32)}-${parentId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${parentId}-01, 00-${traceId}-${parentId}-01`,
    ` 00-${traceId}-${parentId}-01\n`,
  ];
  for (const header of wrong) assert.equal(readTraceparent(header), undefined, header);
});
