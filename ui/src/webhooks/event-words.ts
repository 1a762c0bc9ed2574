type Group = { group: string; words: string; events: Record<string, string> };

/** Every type of event in words, by what it is about. */
export const eventGroups: Group[] = [
  {
    group: 'booking',
    words: 'Bookings',
    events: {
      requested: 'A visitor asks for a time',
      confirmed: 'A time is booked',
      approved: 'A request was approved',
      declined: 'A request was declined, or its approval taken back',
      rescheduled: 'It was moved',
      cancelled: 'It was cancelled, or the request withdrawn',
      completed: 'Its time is over',
      no_show: 'The visitor did not come',
      changed: 'Its people, note or Teams meeting were changed',
    },
  },
  {
    group: 'meeting',
    words: 'Meetings',
    events: {
      created: 'Somebody wants a meeting',
      changed: 'Its time, subject, attendees or options are to change',
      cancel_requested: 'Somebody wants it no more',
      conference_failing: 'It is in the calendar, but its join link is late',
      conference_assigned: 'It has its join link',
      synced: 'Microsoft shows it as it is wanted',
      join_url_changed: 'It has another join link than before',
      failed: 'It failed and needs a person',
      options_applied: 'Teams has taken over its options',
      options_refused: 'Teams has not taken over all of its options',
      cancelled: 'It is gone at Microsoft',
      out_of_sync: 'Somebody changed or removed it in Outlook',
      restored: 'What was changed in Outlook was put back',
      recreated: 'It was made again after it was deleted in Outlook',
    },
  },
  {
    group: 'connection',
    words: 'Connected accounts',
    events: {
      created: 'A person has connected an account',
      expired: 'A person has to connect again',
      deleted: 'A connection was removed',
    },
  },
  {
    group: 'credential',
    words: 'Certificates and secrets',
    events: {
      added: 'A registration has one more',
      removed: 'One was removed',
      expiring: 'One ends soon',
      expired: 'One has ended',
    },
  },
  {
    group: 'teams_app',
    words: 'App in Teams',
    events: { changed: 'Its settings were changed' },
  },
  {
    group: 'tenant',
    words: 'Microsoft 365 tenants',
    events: {
      created: 'A tenant was added',
      changed: 'Its settings were changed',
      consented: 'Its administrator has consented',
      verified: 'It was asked, and is the right one',
      failing: 'It cannot be used',
      paused: 'Nothing is made in it for now',
      resumed: 'It is used again',
      pilot_started: 'It is used for its pilots',
      went_live: 'It is used for everyone who is allowed',
      deleted: 'It was removed',
    },
  },
  {
    group: 'organizer',
    words: 'Organizers',
    events: {
      added: 'Somebody can be an organizer',
      matched: 'An organizer was matched with a member',
      allowed: 'Meetings may be made for an organizer',
      disallowed: 'No more meetings may be made for an organizer',
      policy_announced: 'Somebody says that an organizer has the policy',
      policy_granted: 'The policy was proven to work for an organizer',
      policy_lost: 'The policy works no more for an organizer',
      refused: 'A person cannot be the organizer of a meeting',
      default_changed: 'A tenant has another default organizer',
      roster_imported: 'The list of people for the policy was read from a file',
      removed: 'An organizer was removed',
    },
  },
  {
    group: 'key',
    words: 'API keys',
    events: {
      created: 'One was made',
      changed: 'Its name, limits or end were changed',
      revoked: 'One was revoked',
    },
  },
  {
    group: 'registration',
    words: 'App registrations',
    events: {
      created: 'One was added',
      changed: 'One was changed',
      deleted: 'One was removed',
    },
  },
  { group: 'recording', words: 'Recordings', events: { ready: 'One is there' } },
  { group: 'transcript', words: 'Transcripts', events: { ready: 'One is there' } },
  { group: 'attendance', words: 'Attendance reports', events: { ready: 'One is there' } },
  {
    group: 'artifact',
    words: 'Recordings, transcripts and attendance',
    events: { refused: 'Microsoft does not let Parley look' },
  },
  {
    group: 'webhook',
    words: 'Webhooks themselves',
    events: {
      failing: 'Nothing has arrived at an endpoint for an hour',
      disabled: 'An endpoint was switched off',
      resumed: 'An endpoint answers again, and was switched on',
    },
  },
];

/** A type of event in words: `Meetings: it has its join link`. */
export function eventWords(type: string): string {
  if (type === 'webhook.test') return 'Test event';
  if (type === 'webhook.probe') return 'Question whether it answers again';
  const [name, event = ''] = type.split('.');
  const found = eventGroups.find(({ group }) => group === name);
  const words = found?.events[event];
  return found && words ? `${found.words}: ${words.charAt(0).toLowerCase()}${words.slice(1)}` : type;
}

/** What an endpoint hears of: `Everything`, or `Meetings, and 2 kinds of other events`. */
export function choiceWords(types: string[] | null): string {
  if (types === null) return 'Every event';
  const groups = eventGroups.filter(({ group }) => types.includes(`${group}.*`)).map(({ words }) => words);
  const single = types.filter((type) => !type.endsWith('.*')).length;
  const rest = single > 0 ? [`${single} ${single === 1 ? 'type' : 'types'} of event`] : [];
  return new Intl.ListFormat('en').format([...groups, ...rest]);
}
