import { clouds, type Cloud } from '../../microsoft/clouds.ts';
import { switchTranscripts } from '../../microsoft/policies.ts';
import { connectTeams, installModule } from '../../microsoft/powershell.ts';
import { placeOf, type Context, type Script } from '../check.ts';
import { placeOfMeetings } from './artifact-owners.ts';

/** Lets apps read transcripts, and who said what: to paste as it is, for the tenant that is looked at. */
export function transcriptSwitchScript(context: Context): Script {
  const runner = { tenant: placeOfMeetings(context).tenantId, cloud: cloudOf(context) };
  return {
    title: 'Let apps read transcripts',
    shell: 'teams',
    text: [
      installModule('MicrosoftTeams'),
      connectTeams(runner),
      switchTranscripts({ allowed: true, attributed: true }),
    ].join('\n'),
  };
}

/** A stand-in for Microsoft has the commands of the worldwide cloud. */
function cloudOf(context: Context): Cloud {
  const known = context.facts['app-registration']?.cloud;
  if (known) return known;
  const { graphBaseUrl } = placeOf(context);
  const names = Object.keys(clouds) as Cloud[]; // its keys are names
  return names.find((name) => clouds[name].graphBaseUrl === graphBaseUrl) ?? 'global';
}
