import { artifactKinds } from '../../artifacts/artifact.ts';
import type { Check, Context, Result } from '../check.ts';
import { isWanted, placeOfMeetings } from './artifact-owners.ts';

/** Teams keeps recordings and transcripts only of meetings that belong to a calendar event (Graph contract 5.3). */
export function standaloneMeetings(of: 'tenant' | 'connection'): Check {
  return {
    name: 'standalone-meetings',
    label: 'Meetings on no calendar',
    needs: of === 'tenant' ? ['app-token'] : ['connection', 'token'],
    run: lookAt,
  };
}

const mostNames = 5;

async function lookAt(context: Context): Promise<Result> {
  if (!artifactKinds.some((kind) => isWanted(context, kind))) {
    return { status: 'skipped', title: 'Not needed: nothing is fetched of what meetings leave behind.' };
  }
  const eventTypes = await eventTypesOnNoCalendar(context);
  const meetings = await meetingsOnNoCalendar(context);
  if (eventTypes.length === 0 && meetings === 0) {
    return {
      status: 'ok',
      title: 'Meetings are made in calendars, and of those Teams keeps recordings and transcripts.',
    };
  }
  const more = eventTypes.length > mostNames ? ` and ${eventTypes.length - mostNames} more` : '';
  const names = eventTypes.slice(0, mostNames).map((name) => `“${name}”`);
  return {
    status: 'warning',
    title: 'Some meetings are on no calendar: Parley finds no recordings, transcripts or attendance of them.',
    notes: [
      'Teams keeps recordings and transcripts only of meetings that belong to a calendar event. No permission changes that.',
      ...(names.length > 0 ? [`Event types that make such meetings: ${names.join(', ')}${more}.`] : []),
      ...(meetings > 0 ? [`Such meetings that are still to come: ${meetings}.`] : []),
    ],
    remedy:
      'Whoever manages these event types chooses “In the calendar” as kind of meeting, where what is left of the meetings matters. It counts for meetings that are booked from then on.',
  };
}

async function eventTypesOnNoCalendar(context: Context): Promise<string[]> {
  const rows = await context.db
    .selectFrom('event_types')
    .select('title')
    .where('workspace_id', '=', placeOfMeetings(context).workspaceId)
    .where('active', '=', true)
    .where('meeting_kind', '=', 'standalone')
    .orderBy('title')
    .execute();
  return rows.map(({ title }) => title);
}

async function meetingsOnNoCalendar(context: Context): Promise<number> {
  const { workspaceId, tenantId } = placeOfMeetings(context);
  const { count } = await context.db
    .selectFrom('meetings')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('workspace_id', '=', workspaceId)
    .where('tenant_id', '=', tenantId)
    .where('kind', '=', 'standalone')
    .where('wanted', '=', 'scheduled')
    .where('ends_at', '>', context.now())
    .executeTakeFirstOrThrow();
  return Number(count);
}
