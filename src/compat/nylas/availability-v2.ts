import { z } from '@hono/zod-openapi';
import { requireOfKey } from '../../access/principal.ts';
import { Problem } from '../../problem.ts';
import { findGroupTimes, type GroupDeps, type GroupMethod } from '../../scheduling/group-times.ts';
import { epoch } from './envelope.ts';
import { addresses, addressesOf, checkWindow, namedCalendars } from './free-busy.ts';
import type { ApiContext } from '../../http/router.ts';
import type { NylasRouter } from './gate.ts';
import { callerOf, grantOfToken } from './grant-of-request.ts';
import { hoursOf, openHours } from './open-hours.ts';
import { epochSeconds } from './query.ts';
import { readInput } from './read-input.ts';

const minutes = z.coerce
  .number({ error: 'Give whole minutes.' })
  .int('Give whole minutes.')
  .min(5, 'At least 5 minutes.')
  .max(1440, 'At most 1440 minutes.');
const givenTimes = z.object({
  email: z.email('Give an e-mail address.'),
  time_slots: z.array(z.object({ status: z.string().nullish(), start_time: epochSeconds, end_time: epochSeconds })),
});
const body = z
  .object({
    start_time: epochSeconds,
    end_time: epochSeconds,
    duration_minutes: minutes,
    interval_minutes: minutes,
    emails: addresses.nullish(),
    calendars: namedCalendars,
    free_busy: z.array(givenTimes).max(50, 'Ask about at most 50 people.').nullish(),
    open_hours: z.array(openHours.extend({ emails: z.array(z.string()) })).nullish(),
    buffer: z.coerce.number().int('Give whole minutes.').min(0).max(1440).nullish(),
    tentative_busy: z.boolean().nullish(),
    round_robin: z.enum(['max-availability', 'max-fairness']).nullish(),
  })
  .superRefine(checkWindow);
type Asked = z.output<typeof body>;

/** `/calendars/availability` of version 2. */
export function addAvailabilityV2(app: NylasRouter, deps: GroupDeps): void {
  app.post('/calendars/availability', async (c) => {
    requireOfKey(c.get('principal'), 'meetings:read');
    const asked = await readInput(c as ApiContext, body);
    const named = await addressesOf(deps, c, asked.calendars ?? []);
    const asker = await grantOfToken(deps, c);
    const { workspaceId, grantId } = callerOf(c);
    const search = { ...searchOf(asked, named), workspaceId, asker, onlyAsker: grantId !== undefined };
    const { times, order } = await findGroupTimes(deps, search);
    return c.json({
      object: 'availability',
      time_slots: times.map(({ start, end, participantIds: emails }) => ({
        object: 'time_slot',
        status: 'free',
        emails,
        start_time: epoch(start),
        end_time: epoch(end),
      })),
      ...(order && { order }),
    });
  });
}

function searchOf(asked: Asked, named: readonly string[]) {
  const { start_time: from, end_time: to, buffer, round_robin: roundRobin } = asked;
  const people = peopleOf(asked, named);
  if (people.length === 0) throw invalid('/emails', 'Name somebody: emails, calendars or free_busy.');
  const method: GroupMethod = roundRobin
    ? { kind: roundRobin === 'max-fairness' ? 'fair' : 'anybody', note: undefined }
    : { kind: 'everybody' };
  return {
    from,
    to,
    durationMinutes: asked.duration_minutes,
    everyMinutes: asked.interval_minutes,
    keptFree: { beforeMinutes: buffer ?? 0, afterMinutes: buffer ?? 0 },
    tentative: asked.tentative_busy ?? true,
    method,
    people,
  };
}

function peopleOf(asked: Asked, named: readonly string[]) {
  const given = new Map((asked.free_busy ?? []).map(({ email, time_slots }) => [email.toLowerCase(), time_slots]));
  const emails = [...(asked.emails ?? []), ...named, ...(asked.free_busy ?? []).map(({ email }) => email)];
  const once = new Map(emails.map((email) => [email.toLowerCase(), email]));
  return [...once].map(([key, address]) => {
    const open = (asked.open_hours ?? []).filter((hours) => hours.emails.some((email) => email.toLowerCase() === key));
    const hours = hoursOf(open, [], 'monday');
    if (!hours) throw invalid('/open_hours', `All hours of ${address} must be in one time zone.`);
    const busy = given
      .get(key)
      ?.filter(({ status }) => status !== 'free')
      .map(({ start_time: start, end_time: end }) => ({ start, end }));
    return { address, ...hours, busy };
  });
}

function invalid(pointer: string, detail: string): Problem {
  return new Problem('invalid_request', { errors: [{ pointer, detail }] });
}
