import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mainOptions, moreOptions, optionLabel, optionLines, readOption, writeOption } from './meeting-options.ts';

const [lobby, phone] = mainOptions;
const recording = mainOptions.find(({ path }) => path[0] === 'allowRecording');

test('an option that is chosen is kept by Microsoft’s name, one that is left to the policy is left out', () => {
  assert.ok(lobby && phone && recording);
  const chosen = writeOption(writeOption(null, lobby, 'invited'), recording, 'false');
  assert.deepEqual(chosen, { lobbyBypassSettings: { scope: 'invited' }, allowRecording: false });
  assert.equal(readOption(chosen, lobby), 'invited');
  assert.equal(readOption(chosen, recording), 'false');
  assert.equal(readOption(chosen, phone), '');
  const both = writeOption(chosen, phone, 'true');
  assert.deepEqual(both?.lobbyBypassSettings, { scope: 'invited', isDialInBypassEnabled: true });
  assert.deepEqual(writeOption(chosen, lobby, ''), { allowRecording: false });
  assert.equal(writeOption(writeOption(chosen, lobby, ''), recording, ''), null);
});

test('options in words', () => {
  assert.deepEqual(optionLines({ allowRecording: false, lobbyBypassSettings: { scope: 'everyone' } }), [
    'Who comes in without waiting in the lobby: everyone',
    'Recording: not allowed',
  ]);
  assert.deepEqual(optionLines(null), []);
  assert.equal(optionLabel('allowWhiteboard'), 'Whiteboard');
  assert.equal(optionLabel('somethingNew'), 'somethingNew');
  const labels = [...mainOptions, ...moreOptions].map(({ label }) => label);
  assert.equal(new Set(labels).size, labels.length);
});
