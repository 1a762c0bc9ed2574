import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInRanges, isWithinRanges, refuseIpRange } from './ip-ranges.ts';

test('an address lies in the networks that have it, in both families and in every way of writing it', () => {
  const cases: [string, string, boolean][] = [
    ['203.0.113.7', '203.0.113.7', true],
    ['203.0.113.8', '203.0.113.7', false],
    ['203.0.113.255', '203.0.113.0/24', true],
    ['203.0.114.0', '203.0.113.0/24', false],
    ['10.255.255.255', '10.0.0.0/8', true],
    ['11.0.0.0', '10.0.0.0/8', false],
    ['198.51.100.1', '0.0.0.0/0', true],
    ['::1', '0.0.0.0/0', false],
    ['2001:db8::1', '2001:db8::/32', true],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1', true],
    ['2001:db9::1', '2001:db8::/32', false],
    ['fd00::a:0:0:1', 'fd00:0:0:0:a::/80', true],
    ['::ffff:10.0.0.5', '10.0.0.0/8', true],
    ['::ffff:a00:5', '10.0.0.5', true],
    ['10.0.0.5', '::ffff:10.0.0.0/104', true],
    ['11.0.0.5', '::ffff:10.0.0.0/104', false],
    ['10.0.0.5', '::/0', false],
  ];
  for (const [address, range, expected] of cases)
    assert.equal(isInRanges(address, [range]), expected, `${address} in ${range}`);
  assert.equal(isInRanges('10.0.0.5', ['192.0.2.1', '10.0.0.0/24']), true);
});

test('what is no address lies in no network', () => {
  for (const text of [
    undefined,
    '',
    'unknown',
    '10.0.0',
    '010.0.0.1',
    '10.0.0.0/8',
    'fe80::1%eth0',
    '10.0.0.1 ',
    '[::1]',
  ])
    assert.equal(isInRanges(text, ['0.0.0.0/0', '::/0']), false, String(text));
});

test('a network lies within those that have all of it', () => {
  assert.equal(isWithinRanges('10.1.0.0/16', ['10.0.0.0/8']), true);
  assert.equal(isWithinRanges('10.0.0.0/8', ['10.0.0.0/8']), true);
  assert.equal(isWithinRanges('10.0.0.0/7', ['10.0.0.0/8']), false);
  assert.equal(isWithinRanges('10.0.0.0/8', ['10.0.0.0/9', '10.128.0.0/9']), false, 'their union is not looked at');
  assert.equal(isWithinRanges('2001:db8:1::/48', ['2001:db8::/32']), true);
  assert.equal(isWithinRanges('::/0', ['0.0.0.0/0']), false);
});

test('what is no network, or more than was perhaps meant, is refused in words', () => {
  for (const text of ['203.0.113.7', '203.0.113.0/24', '0.0.0.0/0', '::/0', '2001:db8::/32', '::ffff:10.0.0.0/104'])
    assert.equal(refuseIpRange(text), undefined, text);
  for (const text of [
    '',
    'x',
    '203.0.113.0/33',
    '::/129',
    '203.0.113.0/',
    '1.2.3/24',
    '1.2.3.4/-1',
    '1.2.3.4/1e1',
    '[::1]',
  ])
    assert.match(refuseIpRange(text) ?? '', /^Give an address such as/, text);
  assert.match(refuseIpRange('10.0.0.5/8') ?? '', /bits beyond its network/);
  assert.match(refuseIpRange('2001:db8::1/32') ?? '', /bits beyond its network/);
});
