import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRange, rangeWithin } from './byte-range.ts';

const asked = (header: string | undefined, bytes = 1000) => {
  const spec = parseRange(header);
  return spec && (rangeWithin(spec, bytes) ?? 'beyond');
};

test('a range has a first and a last byte, or leaves one of them open', () => {
  assert.deepEqual(asked('bytes=0-499'), { from: 0, to: 499 });
  assert.deepEqual(asked('bytes=500-'), { from: 500, to: 999 });
  assert.deepEqual(asked('bytes=-200'), { from: 800, to: 999 });
  assert.deepEqual(asked('Bytes=999-999'), { from: 999, to: 999 });
  assert.deepEqual(asked('bytes= , 1-2 ,'), { from: 1, to: 2 });
});

test('what reaches beyond the end is cut there', () => {
  assert.deepEqual(asked('bytes=990-99999999999999999999999999'), { from: 990, to: 999 });
  assert.deepEqual(asked('bytes=-99999999999999999999999999'), { from: 0, to: 999 });
});

test('a range of which no byte exists is beyond the end', () => {
  for (const header of ['bytes=1000-', 'bytes=1000-1001', 'bytes=-0', 'bytes=99999999999999999999999999-'])
    assert.equal(asked(header), 'beyond', header);
  for (const header of ['bytes=0-', 'bytes=0-0', 'bytes=-1']) assert.equal(asked(header, 0), 'beyond', header);
});

test('what is no range of bytes, and several of them, are left alone', () => {
  const nonsense = [
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=5-2',
    'bytes=a-b',
    'bytes=1',
    'bytes=1-2-3',
    'bytes=+1-2',
    'bytes=0x1-0x2',
    'bytes=1.5-2',
    'bytes=-1-2',
    'bytes=1 -2',
    'bytes=٣-٤',
    'items=0-5',
    'bytes:0-5',
    'bytes=0-1,5-9',
    'bytes=0-,-1',
    `bytes=${'0-1,'.repeat(10_000)}`,
    `bytes=${'-'.repeat(10_000)}`,
  ];
  for (const header of nonsense) assert.equal(asked(header), undefined, header?.slice(0, 40));
});
