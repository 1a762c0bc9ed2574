import { eventPermissions } from '../notifications/authorization.ts';

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
};

const DAYS_3 = 4320;
const every = ['created', 'updated', 'deleted'] as const;
const transcripts = ['OnlineMeetingTranscript.Read.All'] as const;
const recordings = ['OnlineMeetingRecording.Read.All'] as const;
const artifact = { maxMinutes: DAYS_3, teams: true, changeTypes: ['created'] } as const;

/** The events of a mailbox: the one thing that happens in the emulator. Its lifetime is a switch. */
export const eventResource = {
  pattern: /^(?:me|users\/(?<user>[^/]+))\/(?:calendar\/)?events$/i,
  teams: false,
  changeTypes: every,
  delegated: eventPermissions,
  application: eventPermissions,
} as const;

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
    pattern: /^communications\/onlineMeetings\/getAllTranscripts$/i,
    ...artifact,
    delegated: [],
    application: transcripts,
  },
  {
    pattern: /^communications\/onlineMeetings\/getAllRecordings$/i,
    ...artifact,
    delegated: [],
    application: recordings,
  },
  {
    pattern:
      /^(?:communications\/onlineMeetings\/[^/]+\/transcripts|users\/[^/]+\/onlineMeetings\/getAllTranscripts)$/i,
    ...artifact,
    delegated: transcripts,
    application: transcripts,
  },
  {
    pattern: /^(?:communications\/onlineMeetings\/[^/]+\/recordings|users\/[^/]+\/onlineMeetings\/getAllRecordings)$/i,
    ...artifact,
    delegated: recordings,
    application: recordings,
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
