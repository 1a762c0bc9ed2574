import { getCalendar } from '../../microsoft/calendar.ts';
import { Problem, type ProblemCode } from '../../problem.ts';
import { usesCalendars } from '../../tenants/tenant.ts';
import { known, tenantOf, type Check, type Context, type MailboxFinding, type Result } from '../check.ts';
import { answerOf, isPassing, mailboxOf, recordedGraph, refusal } from './asking.ts';
import { isOutOfScope, isScopeSettling } from './mailboxes.ts';
import { displayName } from './people.ts';

/**
 * What Exchange really lets the app do, by reading only: the organizers' mailboxes must open, and the one outside must
 * be refused. Half of it proves nothing.
 */
export const exchangeScope: Check = {
  name: 'exchange-scope',
  label: 'Scope of the app in Exchange',
  needs: ['graph', 'app-token', 'mailboxes'],
  async run(context) {
    if (!usesCalendars(tenantOf(context)))
      return { status: 'skipped', title: 'Not checked, because no feature that is switched on uses calendars.' };
    const inside = known(context, 'mailboxes');
    const outside = await tryOutside(context);
    const notes = [...insideNotes(inside), outsideNotes[outside.kind], ...answered(outside)];
    return { ...judge(context, inside, outside), notes };
  },
};

type Outside = { kind: 'not_named' | 'open' } | { kind: 'refused' | 'nobody' | 'not_known'; problem: Problem };

const nobody: ProblemCode[] = ['mailbox_not_found', 'user_not_found'];

async function tryOutside(context: Context): Promise<Outside> {
  const { outside_mailbox: address } = tenantOf(context);
  if (address === null) return { kind: 'not_named' };
  try {
    await getCalendar(recordedGraph(context), mailboxOf(context, address));
    return { kind: 'open' };
  } catch (error) {
    const problem = refusal(context, error);
    if (isOutOfScope(problem)) return { kind: 'refused', problem };
    return { kind: nobody.includes(problem.code) ? 'nobody' : 'not_known', problem };
  }
}

type Verdict = Omit<Result, 'notes'>;

/** The worst comes first: a mailbox that is open to the app and must not be. */
function judge(context: Context, inside: MailboxFinding[], outside: Outside): Verdict {
  const tenant = tenantOf(context);
  if (outside.kind === 'open') {
    const title = 'The app can open a mailbox that it must not open: it can read everyone’s calendar.';
    return { status: 'failed', title, remedy: whatNarrows(context) };
  }
  const shut = inside.filter(({ problem }) => problem && isOutOfScope(problem));
  if (shut.length > 0) return keptOut(context, shut);
  if (outside.kind === 'not_known') {
    const { problem } = outside;
    const status = isPassing(problem) ? 'not_known' : 'failed';
    return { status, title: 'The mailbox outside could not be tried.', problem };
  }
  if (inside.every(({ problem }) => problem !== undefined))
    return { status: 'warning', title: 'Only half was checked: no organizer’s mailbox could be opened.' };
  if (outside.kind === 'refused')
    return { status: 'ok', title: 'The app opens the organizers’ mailboxes, and the one outside is refused.' };
  const title =
    tenant.exchange_scope === 'none'
      ? 'Nothing is known to limit which mailboxes the app may open.'
      : 'Only half was checked: whether other mailboxes are refused is not known.';
  return { status: 'warning', title, remedy: nameOneOutside };
}

/** Exchange refuses where it must not. Soon after a change that is how it looks while the change is on its way. */
function keptOut(context: Context, shut: MailboxFinding[]): Verdict {
  const settling = shut.every(({ organizer }) => isScopeSettling(tenantOf(context), organizer, context.now()));
  const problem = new Problem('exchange_scope_denied');
  const whose = shut.length === 1 ? 'an organizer’s mailbox' : `${shut.length} organizers’ mailboxes`;
  if (!settling) return { status: 'failed', title: `Exchange keeps the app out of ${whose}.`, problem };
  const title = `Exchange still keeps the app out of ${whose}: a change can take up to two hours.`;
  const remedy = 'Wait and check again. If it stays after two hours, an Exchange administrator adds the mailboxes.';
  return { status: 'warning', title, remedy, problem };
}

const nameOneOutside =
  'An administrator of the workspace limits the app in the setup guide, and names a mailbox outside the group, which must be refused.';

function whatNarrows(context: Context): string {
  const scope = tenantOf(context).exchange_scope;
  const consented = known(context, 'app-token').roles.some((role) => role.startsWith('Calendars.'));
  if (scope === 'rbac' && consented)
    return 'Rights add up: a Global Administrator takes the tenant-wide consent to the calendar permissions back (the setup guide has the script), and removes them under API permissions. Then RBAC for Applications decides alone.';
  if (scope === 'rbac')
    return 'An Exchange administrator looks whether the role assignment has its scope, and whether the mailbox is in the group after all.';
  if (scope === 'access-policy')
    return 'An Exchange administrator looks whether the application access policy restricts this app to the group, and whether the mailbox is in the group after all.';
  return 'An Exchange administrator limits the app to the organizers’ mailboxes, with RBAC for Applications; the setup guide has the script.';
}

function insideNotes(inside: MailboxFinding[]): string[] {
  if (inside.length === 0) return ['Inside: not tried, because no organizer is allowed yet.'];
  const open = inside.filter(({ problem }) => problem === undefined).length;
  const shut = inside.flatMap(({ organizer, problem }) => (problem ? [{ organizer, problem }] : []));
  return [
    `Inside: ${open} of ${inside.length} organizers’ mailboxes open.`,
    ...shut.map(({ organizer, problem }) => `${displayName(organizer)}: ${problem.message} (${answerOf(problem)}).`),
  ];
}

const outsideNotes: Record<Outside['kind'], string> = {
  not_named: 'Outside: no mailbox was named that the app must not open.',
  open: 'Outside: the mailbox that was named opens.',
  refused: 'Outside: the mailbox that was named is refused, as it must be.',
  nobody: 'Outside: what was named is no mailbox of this tenant, which proves nothing.',
  not_known: 'Outside: the answer says nothing about the scope.',
};

function answered(outside: Outside): string[] {
  return 'problem' in outside ? [`Microsoft answered ${answerOf(outside.problem)}.`] : [];
}
