const words: Record<string, string> = {
  'calendars.read': 'See when you are busy',
  'calendars.readwrite': 'See when you are busy, and put meetings into your calendar',
  'onlinemeetings.readwrite': 'Make Teams meetings and read them',
  'onlinemeetings.read': 'Read your Teams meetings',
  'onlinemeetingartifact.read.all': 'Read who attended your Teams meetings',
  'onlinemeetingrecording.read.all': 'Read the recordings of your Teams meetings',
  'onlinemeetingtranscript.read.all': 'Read the transcripts of your Teams meetings',
  'mail.send': 'Send mail as you',
  'user.read': 'Read your name and e-mail address',
  offline_access: 'Stay connected while you are not here',
};

/** What a permission lets Parley do, in plain words; one that an administrator added keeps its own name. */
export function permissionWords(scope: string): string {
  const bare = scope.toLowerCase().replace(/^https:\/\/[^/]+\//, '');
  return words[bare] ?? `The permission ${scope}`;
}

const silent = new Set(['openid', 'profile', 'email']);

/** The permissions that mean something to a person; those that only name who signs in are left out. */
export function worthNaming(scopes: string[]): string[] {
  return scopes.filter((scope) => !silent.has(scope.toLowerCase()));
}
