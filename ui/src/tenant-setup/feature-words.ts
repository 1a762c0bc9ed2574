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
  {
    name: 'recordings',
    words: 'Bring recordings home',
    hint: 'Played in the console, and shown to visitors where the settings say so. Needs a policy of Teams, step 5.',
  },
  {
    name: 'transcripts',
    words: 'Bring transcripts home',
    hint: 'What was said, to read and to search. Needs a policy of Teams, step 5, and Transcript API access.',
  },
  {
    name: 'attendance',
    words: 'Bring attendance reports home',
    hint: 'Who was there, and from when to when. Needs a policy of Teams, step 5.',
  },
];
