/** What Teams leaves of meetings: recordings, transcripts, attendance reports. */

type Remnant = {
  id: string;
  meetingId: string;
  tenantId: string;
  organizerId: string;
  startedAt: number;
  endedAt: number;
  /** When Teams has finished with it; nobody sees it before. */
  availableAt: number;
};

type CallRemnant = Remnant & {
  callId: string;
  /** The same for a recording and the transcript of the same time. */
  correlationId: string;
  /** Its change notification is on its way, or nobody wanted one. */
  announced: boolean;
};

/** A playable film, followed by filler up to `bytes`; or something else that is kept under a recording's name. */
export type RecordingContent = { kind: 'video'; bytes: number } | { kind: 'other'; contentType: string; text: string };

export type Recording = CallRemnant & {
  content: RecordingContent;
  /** The tenant deleted the file. Its entry stays. */
  contentDeleted: boolean;
};

/** Something that somebody said, in milliseconds after transcription started; before that, the time is negative. */
export type Cue = { startsMs: number; endsMs: number; speaker: string; text: string };

export type Transcript = CallRemnant & {
  language: string;
  cues: Cue[];
  /** How times are written: `00:00:05.320` or `0:0:5.320`. Microsoft's examples have both. */
  timestamps: 'padded' | 'short';
  /** What the content says instead of the cues, word for word. */
  verbatim: string | null;
};

export type Attendance = {
  /** Of somebody in a directory. */
  userId: string | null;
  tenantId: string | null;
  displayName: string;
  emailAddress: string | null;
  role: 'Organizer' | 'Presenter' | 'Attendee' | 'None';
  intervals: { joinedAt: number; leftAt: number }[];
};

/** One for each session of a meeting. */
export type AttendanceReport = Remnant & { records: Attendance[] };

export type Artifacts = {
  recordings: Map<string, Recording>;
  transcripts: Map<string, Transcript>;
  reports: Map<string, AttendanceReport>;
  /** By token: who may fetch which recording from the storage, without more proof than this. */
  downloads: Map<string, { recordingId: string; expiresAt: number }>;
};

/** No meeting has left anything. */
export function createArtifacts(): Artifacts {
  return { recordings: new Map(), transcripts: new Map(), reports: new Map(), downloads: new Map() };
}
