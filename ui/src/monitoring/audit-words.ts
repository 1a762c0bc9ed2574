import type { AuditAction, AuditEntry } from '../api/audit.ts';

/** What was done, as the rest of “Dana Reyes …”. */
const actionWords: Record<AuditAction, string> = {
  'artifact.viewed': 'Opened',
  'artifact.downloaded': 'Downloaded',
  'artifact.linked': 'Made a link to open it',
  'artifact.denied': 'Was refused',
  'artifact.deleted': 'Deleted',
  'transcripts.searched': 'Searched the transcripts',
  'hold.set': 'Put on legal hold',
  'hold.lifted': 'Lifted the legal hold',
  'connection.asked_again': 'Asked to connect again',
  'settings.artifacts_changed': 'Changed settings of recordings',
};

// `Object.keys` forgets what it lists; the table has these keys and no others.
export const auditActions = Object.keys(actionWords) as AuditAction[];

/** What an entry tells was done; an action that this page does not know by its name. */
export function actionText(action: string): string {
  return new Map<string, string>(Object.entries(actionWords)).get(action) ?? action;
}

/** Who did it. */
export function actorText({ actor: { kind, id, name } }: AuditEntry): string {
  if (kind === 'member') return name ?? 'Somebody who is no longer a member';
  if (kind === 'key') return name ? `API key “${name}”` : 'An API key that is gone';
  return kind === 'visitor' ? id : 'Parley itself';
}

/** Beside the name: what kind of person or program it is. */
export function actorKindText({ actor: { kind, id } }: AuditEntry): string | undefined {
  if (kind === 'visitor') return 'Visitor';
  return kind === 'parley' && id === 'retention' ? 'Retention' : undefined;
}

const kindWords = { recording: 'Recording', transcript: 'Transcript', attendance: 'Attendance report' } as const;

/** What it was done to, in words; `undefined` where there is nothing of the kind in this workspace any more, or never was. */
export function subjectText({ subjectId, subject }: AuditEntry): string | undefined {
  if (subject) return subject.artifactKind ? `${kindWords[subject.artifactKind]} of ${subject.title}` : subject.title;
  return subjectId === null || subjectId.startsWith('wrk_') ? 'This workspace' : undefined;
}

/** What else the entry says, in few words. */
export function detailText({ details }: AuditEntry, moment: (instant: string) => string): string | undefined {
  const { reason, expiresAt, stopped } = details;
  if (stopped === true) return 'Rests until it is connected again';
  if (typeof reason === 'string' && reason !== '') return `“${reason}”`;
  if (typeof expiresAt === 'string') return `Until ${moment(expiresAt)}`;
  return settingsText(details);
}

const keptWords = new Map([
  ['recording', 'recordings'],
  ['transcript', 'transcripts'],
  ['attendance', 'attendance reports'],
]);

/** What settings were changed to. */
function settingsText({ downloadRecordings, showInPortal, keepDays }: AuditEntry['details']): string | undefined {
  const kept = typeof keepDays === 'object' && keepDays !== null ? Object.entries(keepDays) : [];
  const words = [
    ...(typeof downloadRecordings === 'boolean' ? [`Download recordings: ${downloadRecordings ? 'on' : 'off'}`] : []),
    ...(typeof showInPortal === 'boolean' ? [`Client portal: ${showInPortal ? 'on' : 'off'}`] : []),
    ...kept.map(
      ([kind, days]) =>
        `Keep ${keptWords.get(kind) ?? kind}: ${typeof days === 'number' ? `${days} days` : 'until deleted'}`,
    ),
  ];
  return words.length > 0 ? words.join(' · ') : undefined;
}
