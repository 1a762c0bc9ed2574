import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  features,
  isPersonalTenant,
  missingRoles,
  missingScopes,
  permissionName,
  requiredPermissions,
} from './permissions.ts';

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

const names = (...wanted: Parameters<typeof requiredPermissions>) =>
  requiredPermissions(...wanted).map((permission) => permission.name);

test('the least application permissions of each set-up', () => {
  assert.deepEqual(names(['standalone-meetings', 'people'], 'app-only', false), [
    'OnlineMeetings.ReadWrite.All',
    'User.Read.All',
  ]);
  assert.deepEqual(names(['standalone-meetings', 'people'], 'app-only', true), [
    'OnlineMeetings.ReadWrite.All',
    'User.ReadBasic.All',
  ]);
  assert.deepEqual(names(['meetings', 'free-busy', 'people', 'meeting-options'], 'app-only', false), [
    'Calendars.ReadWrite',
    'User.Read.All',
    'OnlineMeetings.ReadWrite.All',
  ]);
  assert.deepEqual(names(['free-busy'], 'app-only', false), ['Calendars.ReadBasic.All']);
  assert.deepEqual(names(['meetings', 'recordings', 'transcripts'], 'app-only', false), [
    'Calendars.ReadWrite',
    'OnlineMeetingRecording.Read.All',
    'OnlineMeetings.Read.All',
    'OnlineMeetingTranscript.Read.All',
  ]);
  assert.deepEqual(names(['meeting-options', 'attendance'], 'app-only', false), [
    'OnlineMeetings.ReadWrite.All',
    'OnlineMeetingArtifact.Read.All',
  ]);
  assert.deepEqual(names([], 'app-only', false), []);
});

test('a permission that another contains is not asked for, and its reason is kept', () => {
  const [calendars, ...others] = requiredPermissions(['free-busy', 'meetings', 'meetings'], 'app-only', false);
  assert.equal(calendars?.name, 'Calendars.ReadWrite');
  assert.equal(calendars.reasons.length, 2);
  assert.deepEqual(others, []);
  assert.deepEqual(names(['people', 'tenant-name'], 'app-only', false), ['User.Read.All']);
  assert.deepEqual(names(['people', 'tenant-name'], 'app-only', true), ['User.ReadBasic.All', 'Organization.Read.All']);
});

test('users can grant the ordinary set themselves, the app’s own permissions never', () => {
  const delegated = requiredPermissions(['meetings', 'free-busy', 'meeting-options', 'people'], 'delegated', false);
  assert.deepEqual(
    delegated.map((permission) => [permission.name, permission.adminConsent]),
    [
      ['Calendars.ReadWrite', false],
      ['OnlineMeetings.ReadWrite', false],
      ['User.Read', false],
    ],
  );
  for (const permission of requiredPermissions(features, 'app-only', false)) {
    assert.equal(permission.adminConsent, true);
    assert.equal(permissionName(permission.id), permission.name);
    assert.ok(permission.reasons.every((reason) => /^\p{Lu}.*\.$/u.test(reason)));
  }
});

test('a larger role counts for a smaller one, never the other way round', () => {
  assert.deepEqual(missingRoles(['User.ReadBasic.All'], ['User.Read.All']), []);
  assert.deepEqual(missingRoles(['User.Read.All'], ['User.ReadBasic.All']), ['User.Read.All']);
  assert.deepEqual(missingRoles(['Calendars.ReadBasic.All'], ['Calendars.ReadWrite']), []);
  assert.deepEqual(missingRoles(['OnlineMeetings.ReadWrite.All'], []), ['OnlineMeetings.ReadWrite.All']);
});
