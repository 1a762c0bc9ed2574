import { tenantOf, type Check } from '../check.ts';

/**
 * The tenant's switch for transcripts. Graph tells of it only in the refusal of a transcript, and no app-only call reads
 * the setting itself (Teams PowerShell docs: Set-CsTeamsMeetingConfiguration).
 */
export const transcripts: Check = {
  name: 'transcripts',
  label: 'Transcripts',
  run(context) {
    if (!tenantOf(context).features.includes('transcripts'))
      return { status: 'skipped', title: 'Not needed, because no feature that is switched on reads transcripts.' };
    return {
      status: 'not_known',
      title: 'Whether the tenant lets apps read transcripts shows only with the first one.',
      notes: ['Microsoft turned it off for every tenant at the end of July 2026; consent does not turn it on.'],
      remedy:
        'A Teams administrator runs Get-CsTeamsMeetingConfiguration and looks whether EnableGraphTranscriptAccess is True; Set-CsTeamsMeetingConfiguration -EnableGraphTranscriptAccess $true turns it on.',
    };
  },
};
