import { randomUUID } from 'node:crypto';
import type { MeetingEnd } from '../../../emulator/artifacts/end-meeting.ts';
import { runScript } from '../../../emulator/powershell/run-script.ts';
import { CONTOSO_TENANT_ID, PARLEY_CLIENT_ID } from '../../../emulator/seed.ts';
import type { Stage } from './stage.ts';
import { bookAnything, joinLink, sam } from './visitor.ts';

const scopes = [
  'OnlineMeetingRecording.Read.All',
  'OnlineMeetingTranscript.Read.All',
  'OnlineMeetingArtifact.Read.All',
] as const;

/** The organization lets Parley read what is left of meetings, as if Dana had been asked for it when she connected. */
export async function allowArtifacts({ emulator, world, clock }: Stage): Promise<void> {
  emulator.context.directory.grants.push({
    id: randomUUID(),
    tenantId: CONTOSO_TENANT_ID,
    clientId: PARLEY_CLIENT_ID,
    userId: null,
    scopes: [...scopes],
  });
  const { db } = world.database;
  for (const { id, granted_scopes } of await db.selectFrom('connections').select(['id', 'granted_scopes']).execute())
    await db
      .updateTable('connections')
      .set({ granted_scopes: `${granted_scopes} ${scopes.join(' ')}`, access_token_expires_at: clock.now() })
      .where('id', '=', id)
      .execute();
}

/** The cmdlet that lets apps read transcripts, which is off in every organization at first. */
export function allowTranscripts({ emulator }: Stage, what = '-EnableGraphTranscriptAccess $true'): void {
  const script = `Set-CsTeamsMeetingConfiguration ${what} -EnableAttributedTranscripts $true`;
  const { error } = runScript(emulator.context, { tenantId: CONTOSO_TENANT_ID, script });
  if (error) throw new Error(error);
}

/** Sam books, and the hour of the meeting comes and goes. Nothing is left of it until somebody ends it. */
export async function holdMeeting(stage: Stage, visitor = sam) {
  const { page } = await stage.person();
  const start = await bookAnything(page, stage.bookingUrl, stage.clock.now(), visitor);
  const joinUrl = await joinLink(page);
  stage.clock.advance(start.getTime() + 31 * 60_000 - stage.clock.now().getTime());
  await page.close();
  return {
    start,
    joinUrl,
    end: (how: Omit<MeetingEnd, 'joinUrl' | 'onlineMeetingId'> = {}) =>
      stage.emulator.endMeeting({ joinUrl, recording: true, transcript: true, ...how }),
  };
}
