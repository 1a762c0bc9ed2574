import { getCalendar, listBusy } from '../../microsoft/calendar.ts';
import { getMe } from '../../microsoft/directory.ts';
import { isPersonalTenant } from '../../microsoft/permissions.ts';
import { Problem } from '../../problem.ts';
import { known, type Check } from '../check.ts';
import { ownMailbox, recordedGraph, refused, resultOf } from './asking.ts';

/** Who the user is, according to Graph. */
export const profile: Check = {
  name: 'profile',
  label: 'Profile',
  needs: ['graph', 'token'],
  async run(context) {
    try {
      await getMe(recordedGraph(context), known(context, 'token').accessToken, { signal: context.signal });
      return { status: 'ok', title: 'The user’s profile can be read.' };
    } catch (error) {
      return refused(context, error);
    }
  },
};

/** There is a mailbox in Exchange Online, and its calendar can be read. */
export const mailbox: Check = {
  name: 'mailbox',
  label: 'Mailbox',
  needs: ['graph', 'token'],
  async run(context) {
    try {
      const found = await getCalendar(recordedGraph(context), ownMailbox(context));
      context.facts.mailbox = {
        allowed: found.allowedOnlineMeetingProviders,
        standard: found.defaultOnlineMeetingProvider,
      };
      return { status: 'ok', title: 'There is a mailbox, and its calendar can be read.' };
    } catch (error) {
      return refused(context, error);
    }
  },
};

const teamsProvider = 'teamsForBusiness';

/** Exchange lets the mailbox make Teams meetings; where it does not, events come back without one and without an error. */
export const teams: Check = {
  name: 'teams',
  label: 'Teams in the calendar',
  needs: ['mailbox'],
  run(context) {
    const { allowed, standard } = known(context, 'mailbox');
    if (allowed.includes(teamsProvider)) {
      context.facts.teams = true;
      const other = standard !== undefined && standard !== teamsProvider;
      const notes = other ? [`Outlook’s own default is ${standard}; Parley asks for Teams by name.`] : [];
      return { status: 'ok', title: 'The calendar allows Teams meetings.', notes };
    }
    const row = context.facts.connection;
    const code = row && isPersonalTenant(row.tenant_id) ? 'personal_account' : 'teams_not_available';
    const notes = [allowed.length > 0 ? `It allows: ${allowed.join(', ')}.` : 'It allows no online meetings at all.'];
    return { ...resultOf(new Problem(code)), title: 'The calendar does not allow Teams meetings.', notes };
  },
};

const lookAheadMs = 7 * 86_400_000;

/** The busy times can be read, without which no time is offered to anybody. */
export const freeBusy: Check = {
  name: 'free-busy',
  label: 'Free and busy times',
  needs: ['mailbox', 'token'],
  async run(context) {
    const from = context.now();
    const span = { from, to: new Date(from.getTime() + lookAheadMs), timeZone: 'UTC' };
    try {
      await listBusy(recordedGraph(context), ownMailbox(context), span);
      return { status: 'ok', title: 'The busy times of the next seven days can be read.' };
    } catch (error) {
      return refused(context, error);
    }
  },
};
