import type { ArtifactKind } from '../../database/schema.ts';
import { listAttendanceReports, listRecordings, listTranscripts, tryToListAll } from '../../microsoft/artifacts.ts';
import { Problem, problems } from '../../problem.ts';
import type { Check, Context, Facts, Result } from '../check.ts';
import { isPassing, recordedGraph, refusal } from './asking.ts';
import { artifactNeeds, isWanted, meetingOf, missingFor, ownersOf, type Owner } from './artifact-owners.ts';
import { lineOf, lookAtEach, nobodyAllowed, together, type Line } from './people.ts';
import { policyDenial } from './teams-policy.ts';
import { transcriptSwitchScript } from './transcript-script.ts';

const names = { recording: 'recordings', transcript: 'transcripts', attendance: 'attendance' } as const;
const labels = { recording: 'Recordings', transcript: 'Transcripts', attendance: 'Attendance' } as const;

/** What each kind takes, one check for each, because each may be refused by itself: of a whole tenant, or of a connection. */
export function artifactCheck(kind: ArtifactKind, of: 'tenant' | 'connection'): Check {
  const needs: (keyof Facts)[] = of === 'tenant' ? ['graph', 'app-token'] : ['graph', 'connection', 'token'];
  return {
    name: names[kind],
    label: labels[kind],
    needs,
    deadlineMs: 45_000,
    run: (context) => lookAt(context, kind),
  };
}

type Seen = Line & { answered?: false };

async function lookAt(context: Context, kind: ArtifactKind): Promise<Result> {
  const { many, permission } = artifactNeeds[kind];
  if (!isWanted(context, kind)) return notWanted(context, kind);
  const missing = missingFor(context, kind);
  if (missing.length > 0) return lacking(context, kind, missing.join(', '));
  const owners = await ownersOf(context);
  if (owners.organizers.length === 0) return nobodyAllowed;
  const lines = await lookAtEach(owners, (owner) => tryOne(context, kind, owner));
  const off = lines.find(({ problem }) => problem?.code === 'transcripts_disabled');
  if (off?.problem) return switchedOff(context, off.problem);
  if (lines.every(({ answered }) => answered === false)) {
    const title = `${permission} is granted; whether Teams gives ${many} shows with the first meeting that was held.`;
    return { status: 'not_known', title, notes: lines.map(({ name, words }) => `${name}: ${words}.`) };
  }
  return together(owners, lines, `Microsoft gives Parley ${many}.`, `Microsoft does not give all ${many}`);
}

/** Graph is asked what it is asked after a meeting; as an app, it can be asked before there was any. */
async function tryOne(context: Context, kind: ArtifactKind, owner: Owner): Promise<Seen> {
  const { name, objectId: organizerId, access, organizer } = owner;
  const graph = recordedGraph(context);
  try {
    if (context.tenant && kind !== 'attendance') {
      const to = context.now();
      const from = new Date(to.getTime() - 86_400_000);
      await tryToListAll(graph, access, { kind, organizerId, from, to });
      return { status: 'ok', name, words: 'allowed' };
    }
    const meeting = await meetingOf(context, owner, 'held');
    if (!meeting) return { status: 'ok', name, words: 'no meeting yet by which it could be seen', answered: false };
    const list = { recording: listRecordings, transcript: listTranscripts, attendance: listAttendanceReports }[kind];
    const found = await list(graph, access, { onlineMeetingId: meeting.id });
    const count = found.length === 0 ? 'none' : String(found.length);
    return { status: 'ok', name, words: `allowed; of the last meeting there are ${count}` };
  } catch (error) {
    const problem = refusal(context, error);
    if (organizer) return policyDenial(context, organizer, problem);
    return lineOf(name, problem, isPassing(problem) ? 'not_known' : 'failed');
  }
}

function notWanted({ tenant }: Context, kind: ArtifactKind): Result {
  const { many, permission } = artifactNeeds[kind];
  const why = tenant
    ? `${labels[kind]} are not among the features of this tenant`
    : `this server does not ask people for ${permission}`;
  const title = `Not needed: ${kind === 'attendance' ? why.replace('are not', 'is not') : why}.`;
  return { status: 'skipped', title, notes: [`So ${many} of meetings are not fetched.`] };
}

function lacking({ tenant }: Context, kind: ArtifactKind, names: string): Result {
  const { many } = artifactNeeds[kind];
  const elsewhere =
    'Other kinds of what is left of meetings have permissions of their own, and are fetched all the same.';
  if (!tenant) {
    const title = `${names} is not granted to this connection, so no ${many} are fetched.`;
    const remedy =
      kind === 'attendance'
        ? 'The user reconnects on Integrations and accepts every permission.'
        : 'Only an administrator can grant it: Integrations has a link for admin consent. Then the user reconnects.';
    return { status: 'warning', title, notes: [elsewhere], remedy, problem: new Problem('scopes_missing') };
  }
  return {
    status: 'failed',
    title: `The app lacks ${names}, so no ${many} are fetched.`,
    notes: [elsewhere],
    remedy: `Whoever manages the app registration adds ${names} under application permissions in Entra, and a Global Administrator of the tenant opens the admin consent link and accepts. Tokens may come without for some minutes more.`,
    problem: new Problem('missing_permission'),
  };
}

/** One switch for all apps and all organizers of the tenant (Teams PowerShell docs: Set-CsTeamsMeetingConfiguration). */
function switchedOff(context: Context, problem: Problem): Result {
  return {
    status: 'failed',
    title: `${problems.transcripts_disabled.title}.`,
    notes: [
      'Transcript API access is a switch of the whole tenant, off by default since the end of July 2026. Neither consent nor a policy turns it on. Recordings and attendance are not concerned.',
      'After it was turned on, Microsoft may refuse for up to an hour more, sometimes in turns; Parley looks again by itself.',
    ],
    remedy:
      'A Teams administrator runs the script, or turns on Microsoft Graph in the Teams admin center under Meetings › Meeting settings › Transcript API access.',
    script: transcriptSwitchScript(context),
    problem,
  };
}
