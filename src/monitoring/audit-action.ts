/** Everything that the audit log records, with a sentence for whoever reads it. A subject’s id stands with each entry. */
export const auditActions = {
  'artifact.viewed': 'A recording, transcript or attendance report was opened.',
  'artifact.downloaded': 'A recording, transcript or attendance report was downloaded.',
  'artifact.linked': 'A link was made that opens a recording, transcript or attendance report until it expires.',
  'artifact.denied': 'Somebody asked for a recording, transcript or attendance report that they may not see.',
  'artifact.deleted': 'A recording, transcript or attendance report was deleted: by somebody, or by retention.',
  'transcripts.searched': 'The transcripts of the workspace were searched.',
  'hold.set': 'A booking was put on legal hold: nothing that is left of its meetings is deleted.',
  'hold.lifted': 'The legal hold of a booking was lifted.',
  'connection.asked_again': 'The owner of a connection was asked to connect their account again.',
  'settings.artifacts_changed': 'The workspace’s settings of recordings were changed: storage, portal or retention.',
} as const satisfies Record<string, string>;

export type AuditAction = keyof typeof auditActions;

// `Object.keys` forgets what it lists; the table above has these keys and no others.
export const auditActionNames = Object.keys(auditActions) as [AuditAction, ...AuditAction[]];
