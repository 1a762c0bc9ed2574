import { getCalendar } from '../../microsoft/calendar.ts';
import type { OrganizerRow } from '../../organizers/organizer.ts';
import { Problem, type ProblemCode } from '../../problem.ts';
import { usesCalendars, type TenantRow } from '../../tenants/tenant.ts';
import { tenantOf, type Check, type Context, type MailboxFinding } from '../check.ts';
import { isPassing, mailboxOf, recordedGraph, refusal } from './asking.ts';
import { allowedOrganizers, displayName, lineOf, lookAtEach, nobodyAllowed, together, type Line } from './people.ts';

/** The calendar of each allowed organizer can be read, and Exchange lets it hold Teams meetings. */
export const mailboxes: Check = {
  name: 'mailboxes',
  label: 'Mailboxes of the organizers',
  needs: ['graph', 'app-token'],
  deadlineMs: 30_000,
  async run(context) {
    context.facts.mailboxes = [];
    if (!usesCalendars(tenantOf(context)))
      return { status: 'skipped', title: 'Not checked, because no feature that is switched on uses calendars.' };
    const roster = await allowedOrganizers(context);
    if (roster.organizers.length === 0) return nobodyAllowed;
    const found = await lookAtEach(roster, (organizer) => openMailbox(context, organizer));
    context.facts.mailboxes = found.map(({ finding }) => finding);
    const lines = found.map(({ line }) => line);
    const fine = 'Every organizer’s calendar can be read and may hold Teams meetings.';
    return together(roster, lines, fine, 'Not every organizer’s calendar can be used');
  },
};

const teamsProvider = 'teamsForBusiness';

async function openMailbox(
  context: Context,
  organizer: OrganizerRow,
): Promise<{ line: Line; finding: MailboxFinding }> {
  const name = displayName(organizer);
  const tenant = tenantOf(context);
  try {
    const { allowedOnlineMeetingProviders: allowed } = await getCalendar(
      recordedGraph(context),
      mailboxOf(context, organizer.object_id),
    );
    const needsTeams = tenant.features.includes('meetings');
    if (needsTeams && !allowed.includes(teamsProvider)) {
      const words = 'readable, but Exchange allows no Teams meetings in it';
      const line = { status: 'failed' as const, name, words, problem: new Problem('teams_not_available') };
      return { line, finding: { organizer } };
    }
    const words = needsTeams ? 'readable, Teams is allowed' : 'readable';
    const line: Line = { status: 'ok', name, words };
    return { line, finding: { organizer } };
  } catch (error) {
    const problem = refusal(context, error);
    return { line: lineOf(name, problem, statusOf(context, organizer, problem)), finding: { organizer, problem } };
  }
}

function statusOf(context: Context, organizer: OrganizerRow, problem: Problem): Line['status'] {
  if (isPassing(problem)) return 'not_known';
  return isOutOfScope(problem) && isScopeSettling(tenantOf(context), organizer, context.now()) ? 'warning' : 'failed';
}

const refusals: ProblemCode[] = ['exchange_scope_denied', 'access_denied_by_exchange'];

/** Whether Exchange keeps the app out of a mailbox. It does not always say that a policy is why. */
export function isOutOfScope({ code }: Problem): boolean {
  return refusals.includes(code);
}

/** How long Exchange may take to apply a changed scope (Exchange docs: RBAC for Applications). */
const settlingMs = 2 * 60 * 60_000;

/** Whether the scope, or the organizer, is so new here that Exchange may not have noticed yet. */
export function isScopeSettling(
  tenant: Pick<TenantRow, 'exchange_scope' | 'updated_at'>,
  organizer: Pick<OrganizerRow, 'created_at'> | undefined,
  now: Date,
): boolean {
  if (tenant.exchange_scope === 'none') return false;
  const changed = Math.max(tenant.updated_at.getTime(), organizer?.created_at.getTime() ?? 0);
  return now.getTime() - changed < settlingMs;
}
