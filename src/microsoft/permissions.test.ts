import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPersonalTenant, missingScopes } from './permissions.ts';

// T05: scope drift is read from what Microsoft granted.
test('what was asked for and not granted is missing', () => {
  const granted = ['User.Read', 'OnlineMeetings.ReadWrite'];
  assert.deepEqual(missingScopes(['Calendars.ReadWrite', 'User.Read'], granted), ['Calendars.ReadWrite']);
});

test('case and the full form of a scope do not matter', () => {
  assert.deepEqual(missingScopes(['calendars.readwrite'], ['https://graph.microsoft.com/Calendars.ReadWrite']), []);
  assert.deepEqual(missingScopes(['https://graph.microsoft.us/User.Read'], ['user.read']), []);
  assert.deepEqual(missingScopes(['00000003-0000-0000-c000-000000000000/User.Read'], ['User.Read']), []);
});

test('sign-in scopes are not missed: Entra does not repeat them', () => {
  const required = ['openid', 'profile', 'email', 'offline_access', 'https://graph.microsoft.com/.default'];
  assert.deepEqual(missingScopes(required, []), []);
});

test('a scope of the same name at another service is another scope', () => {
  assert.deepEqual(missingScopes(['User.Read'], ['https://outlook.office.com/User.Read']), ['User.Read']);
});

test('personal accounts are known by their tenant', () => {
  assert.equal(isPersonalTenant('9188040D-6c67-4c5b-b112-36a304b66dad'), true);
  assert.equal(isPersonalTenant('72f988bf-86f1-41af-91ab-2d7cd011db47'), false);
});
