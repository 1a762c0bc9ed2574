import { z } from '@hono/zod-openapi';
import { requireOfKey } from '../../access/principal.ts';
import type { ApiContext } from '../../http/router.ts';
import { Problem } from '../../problem.ts';
import { findGroupTimes, type GroupDeps, type GroupMethod } from '../../scheduling/group-times.ts';
import { epoch, one } from './envelope.ts';
import { checkWindow } from './free-busy.ts';
import type { NylasRouter } from './gate.ts';
import { callerOf } from './grant-of-request.ts';
import { getGrant } from './grants.ts';
import { hoursOf, openHours, specificTime } from './open-hours.ts';
import { epochSeconds } from './query.ts';
import { readInput } from './read-input.ts';

const fives = (most: number) =>
  z
    .int('Give whole minutes.')
    .min(0, 'At least 0 minutes.')
    .max(most, `At most ${most} minutes.`)
    .multipleOf(5, 'Give a multiple of 5 minutes.');
const minutes = z.int('Give whole minutes.').min(5, 'At least 5 minutes.').max(1440, 'At most 1440 minutes.');

const participant = z.object({
  email: z.email('Give an e-mail address.').max(254),
  calendar_ids: z.array(z.string()).nullish(),
  open_hours: z.array(openHours).nullish(),
  specific_time_availability: z.array(specificTime).nullish(),
});
const rules = z.object({
  availability_method: z
    .enum(['collective', 'max-fairness', 'max-availability'], {
      error: 'Choose one of: collective, max-fairness, max-availability.',
    })
    .default('max-availability'),
  buffer: z.object({ before: fives(120).default(0), after: fives(120).default(0) }).nullish(),
  default_open_hours: z.array(openHours).nullish(),
  round_robin_group_id: z.string().max(500).nullish(),
  round_robin_event_id: z.string().max(500).nullish(),
  tentative_as_busy: z.boolean().default(true),
});
const body = z
  .object({
    start_time: epochSeconds,
    end_time: epochSeconds,
    duration_minutes: minutes,
    interval_minutes: minutes.nullish(),
    round_to: fives(60).min(5, 'At least 5 minutes.').nullish(),
    round_to_30_minutes: z.boolean().nullish(),
    participants: z.array(participant).min(1, 'Name somebody.').max(50, 'Ask about at most 50 people.'),
    availability_rules: rules.nullish(),
  })
  .superRefine(checkWindow);
type Asked = z.output<typeof body>;

/** `/v3/calendars/availability`: when people could meet. */
export function addAvailabilityV3(app: NylasRouter, deps: GroupDeps): void {
  app.post('/v3/calendars/availability', async (c) => {
    requireOfKey(c.get('principal'), 'meetings:read');
    const asked = await readInput(c as ApiContext, body);
    const { workspaceId, grantId } = callerOf(c);
    const asker = grantId === undefined ? undefined : await getGrant(deps, { workspaceId, grantId }, grantId);
    const search = { ...searchOf(asked), workspaceId, asker, onlyAsker: asker !== undefined };
    const { times, order } = await findGroupTimes(deps, search);
    return one(c as ApiContext, {
      ...(order && { order }),
      time_slots: times.map(({ start, end, participantIds: emails }) => ({
        emails,
        start_time: epoch(start),
        end_time: epoch(end),
      })),
    });
  });
}

function searchOf(asked: Asked) {
  const { start_time: from, end_time: to, duration_minutes: durationMinutes, interval_minutes, round_to } = asked;
  const chosen = asked.availability_rules ?? rules.parse({});
  const { before = 0, after = 0 } = chosen.buffer ?? {};
  return {
    from,
    to,
    durationMinutes,
    everyMinutes: interval_minutes ?? durationMinutes,
    roundMinutes: round_to ?? (asked.round_to_30_minutes ? 30 : 15),
    keptFree: { beforeMinutes: before, afterMinutes: after },
    tentative: chosen.tentative_as_busy,
    method: methodOf(chosen),
    people: asked.participants.map((person, index) => personOf(person, index, chosen.default_open_hours ?? [])),
  };
}

function methodOf(chosen: z.output<typeof rules>): GroupMethod {
  const { availability_method: method, round_robin_group_id, round_robin_event_id } = chosen;
  const group = round_robin_group_id || round_robin_event_id;
  // The key by which its applications mark the events of a round robin.
  const note = group ? { key: 'key5', value: group } : undefined;
  if (method === 'collective') return { kind: 'everybody' };
  return method === 'max-fairness' ? { kind: 'fair', note } : { kind: 'anybody', note };
}

function personOf(
  { email, calendar_ids: calendars, open_hours, specific_time_availability: dates }: z.output<typeof participant>,
  index: number,
  defaults: z.output<typeof openHours>[],
) {
  const pointer = `/participants/${index}`;
  const other = calendars?.find(
    (id) => !['primary', email.toLowerCase()].includes(id.toLowerCase()) && !id.startsWith('cal_'),
  );
  if (other !== undefined) throw invalid(`${pointer}/calendar_ids`, 'Only the primary calendar of somebody is read.');
  const hours = hoursOf(open_hours ?? defaults, dates ?? [], 'sunday');
  if (!hours) throw invalid(`${pointer}/open_hours`, 'All hours of one person must be in one time zone.');
  return { address: email, ...hours };
}

function invalid(pointer: string, detail: string): Problem {
  return new Problem('invalid_request', { errors: [{ pointer, detail }] });
}
