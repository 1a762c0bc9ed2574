import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clouds, type Cloud } from '../microsoft/clouds.ts';
import { frameAncestors, hostToTell } from './hosts.ts';

test('in each cloud the hosts of that cloud may show the tab, and of no other', () => {
  const all = (Object.keys(clouds) as Cloud[]).map((cloud) =>
    frameAncestors({ cloud, authority: clouds[cloud].authority }),
  );
  assert.equal(new Set(all.flat()).size, all.flat().length);
  for (const host of all.flat()) assert.match(host, /^https:\/\/[a-z0-9.*-]+$/);
});

test('the library is told of hosts that it does not know by itself, and of no other', () => {
  assert.equal(hostToTell({ cloud: 'global', authority: clouds.global.authority }), undefined);
  assert.equal(hostToTell({ cloud: 'dod', authority: clouds.dod.authority }), undefined);
  assert.equal(hostToTell({ cloud: 'china', authority: clouds.china.authority }), 'https://teams.microsoftonline.cn');
  assert.equal(hostToTell({ cloud: 'global', authority: 'http://localhost:3100/x' }), 'http://localhost:3100');
});
