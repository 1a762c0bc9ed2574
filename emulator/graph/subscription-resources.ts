import { artifactPermissions, eventPermissions } from '../notifications/authorization.ts';

/** What Graph lets apps listen to, and on which terms (Graph docs: change notifications; subscription lifetime). */
export type Resource = {
  pattern: RegExp;
  maxMinutes: number;
  /** Beyond one hour an address for lifecycle notifications is needed. */
  teams: boolean;
  changeTypes: readonly string[];
  /** Any one suffices; without any, apps of that kind may not listen. */
  delegated: readonly string[];
  application: readonly string[];
  /** What meetings leave, which really happens here too. */
  artifacts?: 'recordings' | 'transcripts';
};

const DAYS_3 = 4320;
const every = ['created', 'updated', 'deleted'] as const;
const transcripts = [artifactPermissions.transcripts] as const;
const recordings = [artifactPermissions.recordings] as const;
const artifact = { maxMinutes: DAYS_3, teams: true, changeTypes: ['created'] } as const;

/** The events of a mailbox. Their lifetime is a switch. */
export const eventResource = {
  pattern: /^(?:me|users\/(?<user>[^/]+))\/(?:calendar\/)?events$/i,
  teams: false,
  changeTypes: every,
  delegated: eventPermissions,
  application: eventPermissions,
} as const;

/** Recordings and transcripts: of a tenant for apps only, of an organizer, of one meeting. */
export const artifactResources: readonly Resource[] = [
  {
    pattern: /^communications\/onlineMeetings\/getAllTranscripts$/i,
    ...artifact,
    artifacts: 'transcripts',
    delegated: [],
    application: transcripts,
  },
  {
    pattern: /^communications\/onlineMeetings\/getAllRecordings$/i,
    ...artifact,
    artifacts: 'recordings',
    delegated: [],
    application: recordings,
  },
  {
    pattern:
      /^(?:communications\/onlineMeetings\/(?<meeting>[^/]+)\/transcripts|users\/(?<user>[^/]+)\/onlineMeetings\/getAllTranscripts)$/i,
    ...artifact,
    artifacts: 'transcripts',
    delegated: transcripts,
    application: transcripts,
  },
  {
    pattern:
      /^(?:communications\/onlineMeetings\/(?<meeting>[^/]+)\/recordings|users\/(?<user>[^/]+)\/onlineMeetings\/getAllRecordings)$/i,
    ...artifact,
    artifacts: 'recordings',
    delegated: recordings,
    application: recordings,
  },
];

/** Others that Graph has and the emulator has not, so that what is wrong with a request is said before that. */
export const otherResources: readonly Resource[] = [
  {
    pattern: /^(?:me|users\/[^/]+)\/(?:mailfolders\/[^/]+\/)?messages$/i,
    maxMinutes: 10_080,
    teams: false,
    changeTypes: every,
    delegated: ['Mail.Read', 'Mail.ReadBasic', 'Mail.ReadWrite'],
    application: ['Mail.Read', 'Mail.ReadWrite'],
  },
  {
    pattern: /^copilot\/users\/[^/]+\/onlineMeetings\/getAllAiInsights$/i,
    ...artifact,
    delegated: ['OnlineMeetingAiInsight.Read.All'],
    application: ['OnlineMeetingAiInsight.Read.All'],
  },
  {
    pattern: /^communications\/onlineMeetings$/i,
    maxMinutes: 4230,
    teams: true,
    changeTypes: ['updated'],
    delegated: [],
    application: ['OnlineMeetings.Read.All', 'OnlineMeetings.ReadWrite.All'],
  },
  {
    pattern: /^communications\/callRecords$/i,
    maxMinutes: 4230,
    teams: false,
    changeTypes: ['created', 'updated'],
    delegated: [],
    application: ['CallRecords.Read.All'],
  },
  {
    pattern: /^users(?:\/[^/]+)?$/i,
    maxMinutes: 41_760,
    teams: false,
    changeTypes: ['updated', 'deleted'],
    delegated: ['User.Read.All'],
    application: ['User.Read.All'],
  },
];
