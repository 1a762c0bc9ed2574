import { isPropagating, propagationMs, type OrganizerRow } from '../../organizers/organizer.ts';
import { probePolicy } from '../../organizers/probe.ts';
import { Problem, type ProblemCode } from '../../problem.ts';
import { needsTeamsPolicy } from '../../tenants/tenant.ts';
import { tenantOf, type Check, type Context } from '../check.ts';
import { isPassing, recordedGraph, refusal } from './asking.ts';
import { allowedOrganizers, displayName, lineOf, lookAtEach, nobodyAllowed, together, type Line } from './people.ts';

/** Teams' application access policy covers each allowed organizer: tried, as no list tells what is in force. */
export const teamsPolicy: Check = {
  name: 'teams-policy',
  label: 'Application access policy of Teams',
  needs: ['graph', 'app-token'],
  deadlineMs: 45_000,
  async run(context) {
    if (!needsTeamsPolicy(tenantOf(context)))
      return {
        status: 'skipped',
        title: 'Not needed: calendar events with a Teams meeting are made without this policy.',
      };
    const roster = await allowedOrganizers(context);
    if (roster.organizers.length === 0) return nobodyAllowed;
    const lines = await lookAtEach(roster, (organizer) => tryPolicy(context, organizer));
    return together(
      roster,
      lines,
      'Teams lets the app act for every organizer.',
      'Teams does not let the app act for every organizer',
    );
  },
};

async function tryPolicy(context: Context, organizer: OrganizerRow): Promise<Line> {
  const name = displayName(organizer);
  const { appTokens, now, signal } = context;
  const recorded: typeof appTokens = async (tenant, options) => {
    const access = await appTokens(tenant, options);
    return { ...access, graph: recordedGraph(context) };
  };
  const { problem, leftOver } = await probePolicy({ appTokens: recorded, now }, tenantOf(context), organizer, signal);
  if (!problem) {
    const rest = '; the meeting with which it was tried could not be deleted, and the next probe deletes it';
    return { status: leftOver ? 'warning' : 'ok', name, words: `Teams lets the app act${leftOver ? rest : ''}` };
  }
  if (problem.code === 'internal_error') throw problem.cause;
  return policyDenial(context, organizer, refusal(context, problem));
}

const ofPolicy: ProblemCode[] = ['application_access_policy_missing', 'artifact_policy_missing'];

/** For some time after a grant, a refusal is what a policy looks like that is being applied. */
export function policyDenial(context: Context, organizer: OrganizerRow, problem: Problem): Line {
  const name = displayName(organizer);
  if (!ofPolicy.includes(problem.code)) return lineOf(name, problem, isPassing(problem) ? 'not_known' : 'failed');
  const { policy_granted_at: grantedAt, policy_in_force: inForce } = organizer;
  if (grantedAt && isPropagating(organizer, context.now())) {
    const until = new Date(grantedAt.getTime() + propagationMs).toISOString();
    const words = `still being applied; the policy was granted at ${grantedAt.toISOString()}, and Teams has until ${until}`;
    return { status: 'warning', name, words, problem: new Problem('policy_propagating') };
  }
  const line = lineOf(name, problem, 'failed');
  const policy = tenantOf(context).policy_name;
  if (inForce === null || inForce === policy) return line;
  return { ...line, words: `${line.words}; the policy in force is “${inForce}”, and a user can have one only` };
}
