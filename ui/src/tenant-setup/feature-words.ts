import type { api } from '../api/client.ts';

type Changes = Parameters<(typeof api.tenants)[':id']['$patch']>[0]['json'];
export type Feature = NonNullable<Changes['features']>[number];

type FeatureWords = { name: Feature; words: string; hint: string };

/** What a tenant can let Parley do, in the order in which people think of it. */
export const features: FeatureWords[] = [
  {
    name: 'meetings',
    words: 'Make meetings in organizers’ calendars',
    hint: 'The meeting is an event with a Teams link, and Outlook sends the invitation.',
  },
  {
    name: 'free-busy',
    words: 'Offer only times that are free',
    hint: 'Reads when an organizer is busy. Calendar meetings bring it along.',
  },
  {
    name: 'meeting-options',
    words: 'Set options of meetings',
    hint: 'Lobby, presenters, chat, recording. Needs a policy of Teams, step 5.',
  },
  {
    name: 'standalone-meetings',
    words: 'Make meetings that are in no calendar',
    hint: 'A Teams link alone. Needs a policy of Teams, step 5.',
  },
  {
    name: 'people',
    words: 'Find people in the directory',
    hint: 'So that you can name organizers, and Parley sees whether account and licence are in order.',
  },
  {
    name: 'tenant-name',
    words: 'Show the name of the organization',
    hint: 'Its name and domains, instead of an id.',
  },
];

/** What Parley can be allowed already, though it makes no use of it yet. */
export const laterFeatures: FeatureWords[] = [
  { name: 'recordings', words: 'Recordings', hint: 'Fetch recordings of the organizers’ meetings.' },
  { name: 'transcripts', words: 'Transcripts', hint: 'Fetch transcripts of the organizers’ meetings.' },
  { name: 'attendance', words: 'Attendance', hint: 'Read who attended, and for how long.' },
];
