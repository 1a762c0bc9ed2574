import { problems, Problem } from '../../problem.ts';
import type { Check, Context, Result } from '../check.ts';
import { isWanted, ownersOf, placeOfMeetings } from './artifact-owners.ts';
import { transcriptSwitchScript } from './transcript-script.ts';

/**
 * Whether transcripts say who spoke. No call reads the tenant's switch; the last transcript that was fetched tells how it
 * stood then (Teams PowerShell docs: Set-CsTeamsMeetingConfiguration).
 */
export function speakers(of: 'tenant' | 'connection'): Check {
  return {
    name: 'speakers',
    label: 'Speakers in transcripts',
    needs: of === 'tenant' ? ['app-token'] : ['connection', 'token'],
    run: lookAt,
  };
}

async function lookAt(context: Context): Promise<Result> {
  if (!isWanted(context, 'transcript')) return { status: 'skipped', title: 'Not needed: no transcripts are fetched.' };
  const last = await lastTranscript(context);
  if (!last) {
    const title = 'Whether the tenant lets apps read who said what shows with the first transcript.';
    return { status: 'not_known', title };
  }
  const when = `As the transcript of ${last.starts_at.toISOString()} tells, the last one that was fetched.`;
  if (last.attributed) return { status: 'ok', title: 'Transcripts say who spoke.', notes: [when] };
  return {
    status: 'warning',
    title: `${problems.speaker_attribution_disabled.title}.`,
    notes: [
      'Transcripts are fetched without names: what was said, not by whom.',
      when,
      'The switch counts when a transcript is fetched, not when it was made.',
    ],
    remedy:
      'A Teams administrator runs the script, which turns on attributed transcripts. Transcripts that are fetched from then on have names.',
    script: transcriptSwitchScript(context),
    problem: new Problem('speaker_attribution_disabled'),
  };
}

async function lastTranscript(context: Context) {
  const { workspaceId, tenantId } = placeOfMeetings(context);
  const ids = context.tenant ? undefined : (await ownersOf(context)).organizers.map(({ objectId }) => objectId);
  const found = context.db
    .selectFrom('artifacts')
    .innerJoin('meetings', 'meetings.id', 'artifacts.meeting_id')
    .select(['artifacts.attributed', 'artifacts.starts_at'])
    .where('artifacts.workspace_id', '=', workspaceId)
    .where('artifacts.kind', '=', 'transcript')
    .where('artifacts.attributed', 'is not', null)
    .where('meetings.tenant_id', '=', tenantId)
    .orderBy('artifacts.created_at', 'desc')
    .limit(1);
  return (ids ? found.where('meetings.organizer_id', 'in', ids) : found).executeTakeFirst();
}
