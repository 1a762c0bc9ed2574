import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDraft, ownHours, sameDraft, slugOf } from './draft.ts';
import { faultAt, fieldId, sectionOf } from './faults.ts';

test('an address is made from a title in any script that has letters a to z behind it', () => {
  assert.equal(slugOf('Intro call'), 'intro-call');
  assert.equal(slugOf('Straßen & Plätze (30 min)'), 'strassen-platze-30-min');
  assert.equal(slugOf('  –  '), '');
  assert.match(slugOf('x'.repeat(200)), /^x{80}$/);
});

test('a fault is shown at its field, also when it is deeper inside', () => {
  const faults = [
    { pointer: '/schedule/mon/0/to', detail: 'Too early.' },
    { pointer: '/title', detail: 'Empty.' },
  ];
  assert.equal(faultAt(faults, '/schedule/mon'), 'Too early.');
  assert.equal(faultAt(faults, '/schedule/mo'), undefined);
  assert.equal(faultAt(faults, '/title'), 'Empty.');
  assert.equal(fieldId('/schedule/mon/0/to'), fieldId('/schedule/mon'));
  assert.notEqual(fieldId('/title'), fieldId('/slug'));
  assert.notEqual(fieldId('/changePolicy/mostMoves'), fieldId('/changePolicy/moveUntilMinutes'));
});

test('a field is found in its section, so that a fault opens it', () => {
  assert.equal(sectionOf('/mostPerDay'), 'times');
  assert.equal(sectionOf('/schedule/mon/0/to'), 'hours');
  assert.equal(sectionOf('/changePolicy/mostMoves'), 'changes');
  assert.equal(sectionOf('/title'), undefined);
});

test('a draft has changes to save when it says something else than before', () => {
  const draft = { ...newDraft({ id: 'mem_1', timeZone: 'Europe/Berlin' }), schedule: ownHours };
  assert.ok(sameDraft(draft, { ...draft, schedule: { ...ownHours, mon: [{ from: '09:00', to: '17:00' }] } }));
  assert.ok(!sameDraft(draft, { ...draft, title: 'Intro call' }));
  assert.ok(!sameDraft(draft, { ...draft, schedule: { ...ownHours, sun: ownHours.mon } }));
  assert.ok(!sameDraft(draft, { ...draft, schedule: null }));
  assert.ok(!sameDraft(draft, { ...draft, durationMinutes: Number.NaN })); // an empty field
});
