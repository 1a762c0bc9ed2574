import { getUser } from '../../microsoft/directory.ts';
import { faultOfPerson, type OrganizerRow } from '../../organizers/organizer.ts';
import { Problem, type ProblemCode } from '../../problem.ts';
import { known, tenantOf, type Check, type Context, type Result } from '../check.ts';
import { isPassing, recordedGraph, refusal } from './asking.ts';
import { allowedOrganizers, displayName, lineOf, lookAtEach, nobodyAllowed, together, type Line } from './people.ts';

const noPermission: ProblemCode[] = ['directory_permission_missing', 'missing_permission'];

/** Each allowed organizer is in the directory under the object id that Parley knows, enabled, a member, and licensed. */
export const organizers: Check = {
  name: 'organizers',
  label: 'Organizers',
  needs: ['graph', 'app-token'],
  deadlineMs: 30_000,
  async run(context) {
    const roster = await allowedOrganizers(context);
    if (roster.organizers.length === 0) return nobodyAllowed;
    const lines = await lookAtEach(roster, (organizer) => lookUp(context, organizer));
    if (lines.every(({ problem }) => problem && noPermission.includes(problem.code))) return unreadable(context);
    const fine = 'Every organizer is in the directory, enabled and licensed.';
    const result = together(roster, lines, fine, 'Something is wrong with organizers');
    return withDefaultOrganizer(context, result);
  },
};

async function lookUp(context: Context, organizer: OrganizerRow): Promise<Line> {
  const { accessToken } = known(context, 'app-token');
  const name = displayName(organizer);
  try {
    const options = { signal: context.signal };
    const user = await getUser(recordedGraph(context), accessToken, organizer.object_id, options);
    if (!user) return lineOf(name, new Problem('user_not_found'), 'failed');
    const fault = faultOfPerson(user);
    if (fault) return lineOf(name, new Problem(fault), 'failed');
    const seen = user.accountEnabled !== undefined && user.teamsLicensed !== undefined;
    const words = seen ? 'found, enabled, with a Teams licence' : 'found; account and licence cannot be seen';
    return { status: 'ok', name, words };
  } catch (error) {
    const problem = refusal(context, error);
    return lineOf(name, problem, isPassing(problem) ? 'not_known' : 'failed');
  }
}

function unreadable(context: Context): Result {
  const wanted = tenantOf(context).features.includes('people');
  const title = 'The app may not read the directory, so the organizers cannot be looked up.';
  const notes = ['Meetings of organizers who are known already do not need it.'];
  if (!wanted) return { status: 'skipped', title, notes };
  return { status: 'not_known', title, notes, problem: new Problem('directory_permission_missing') };
}

/** A default organizer that was entered and could not be found is nobody's line, but everybody's trouble. */
function withDefaultOrganizer(context: Context, result: Result): Result {
  const { default_organizer_problem: code } = tenantOf(context);
  if (code === null) return result;
  const problem = new Problem(code);
  const notes = [...(result.notes ?? []), `The default organizer could not be used: ${problem.message}.`];
  if (result.status === 'failed') return { ...result, notes };
  return { status: 'warning', title: 'The default organizer cannot be used.', notes, problem };
}
