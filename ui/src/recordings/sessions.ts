import type { Artifact, ArtifactKind } from '../api/artifacts.ts';

/** What is left of one time that people were in a meeting. */
export type Session = {
  key: string;
  meetingId: string;
  subject: string;
  start: string;
  end: string;
  artifacts: Artifact[];
};

const order: Record<ArtifactKind, number> = { recording: 0, transcript: 1, attendance: 2 };

/**
 * Groups what is left of meetings by the times that people were in them: what overlaps, or is paired, belongs together.
 * The latest first.
 */
export function sessionsOf(artifacts: readonly Artifact[]): Session[] {
  const byMeeting = Map.groupBy(artifacts, ({ meetingId }) => meetingId);
  const sessions = [...byMeeting.values()].flatMap(sessionsOfMeeting);
  return sessions.toSorted((one, other) => Date.parse(other.start) - Date.parse(one.start));
}

function sessionsOfMeeting(artifacts: readonly Artifact[]): Session[] {
  const sessions: Session[] = [];
  const byStart = artifacts.toSorted((one, other) => Date.parse(one.startedAt) - Date.parse(other.startedAt));
  for (const artifact of byStart) {
    const end = artifact.endedAt ?? artifact.startedAt;
    const last = sessions.at(-1);
    const paired = last?.artifacts.some(({ id }) => id === artifact.pairedWith) ?? false;
    if (last && (paired || Date.parse(artifact.startedAt) <= Date.parse(last.end))) {
      last.artifacts.push(artifact);
      if (Date.parse(end) > Date.parse(last.end)) last.end = end;
      continue;
    }
    const { id, meetingId, subject, startedAt } = artifact;
    sessions.push({ key: id, meetingId, subject, start: startedAt, end, artifacts: [artifact] });
  }
  for (const session of sessions) {
    session.artifacts.sort((one, other) => order[one.kind] - order[other.kind]); // stable: within a kind by start
  }
  return sessions;
}
