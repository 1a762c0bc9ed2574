import type { Context } from '../context.ts';
import { GraphError } from '../graph/graph-error.ts';
import { inForce } from './propagation.ts';
import { changeTeamsPolicies, teamsPoliciesOf } from './teams-policies.ts';
import type { TeamsPolicies } from './teams-policies.ts';

export type TranscriptSettings = TeamsPolicies['meetingConfiguration'];

/** Whether the tenant lets Graph read transcripts, which it does not until somebody switches it on. */
export function transcriptAccess(context: Context, tenantId: string): boolean {
  return settingsInForce(context, tenantId).enableGraphTranscriptAccess;
}

/** Refuses transcripts where the tenant keeps Graph away from them. */
export function requireTranscriptAccess(context: Context, tenantId: string): void {
  if (transcriptAccess(context, tenantId)) return;
  throw new GraphError(403, 'Forbidden', 'Graph API access to transcripts is disabled for this tenant.', {
    innerCode: 'GraphAccessToTranscriptsDisabled',
  });
}

/** Refuses transcripts that say who spoke where the tenant does not want that. The sentence is invented, the code is not. */
export function requireAttribution(context: Context, tenantId: string): void {
  if (settingsInForce(context, tenantId).enableAttributedTranscripts) return;
  throw new GraphError(403, 'Forbidden', 'Speaker attribution is not allowed for this tenant.', {
    innerCode: 'SpeakerAttributionNotAllowed',
  });
}

/** Changes what Graph may read of transcripts, as `Set-CsTeamsMeetingConfiguration` does. */
export function changeTranscriptSettings(
  context: Context,
  tenantId: string,
  settings: Partial<TranscriptSettings>,
): TranscriptSettings {
  return changeTeamsPolicies(context, tenantId, 'Change the meeting configuration', ({ meetingConfiguration }) =>
    Object.assign(meetingConfiguration, settings),
  );
}

function settingsInForce(context: Context, tenantId: string): TranscriptSettings {
  const { transcriptSettingsDelayMs: delayMs, transcriptSettingsMeanwhile: meanwhile } = context.switches;
  const state = teamsPoliciesOf(context, tenantId);
  // Measured at a real tenant: while a change spreads, answers of before and after come in turns.
  if (meanwhile === 'alternating' && context.calls.length % 2 === 0) return state.current.meetingConfiguration;
  return inForce(state, context.now(), delayMs).meetingConfiguration;
}
