import { z } from 'zod';
import type { Context } from '../context.ts';
import type { TeamsMeeting } from '../graph/online-meeting.ts';
import { findParticipant } from '../graph/online-meeting.ts';
import type { Attendance } from './artifacts.ts';
import { presentIn } from './people.ts';

const MINUTE = 60_000;
type Span = { startedAt: number; endedAt: number };

const intervalSchema = z.strictObject({
  /** Milliseconds after the session began. */
  from: z.number().int().min(0),
  /** Without it: until the end. */
  to: z.number().int().min(0).optional(),
});

/** Who was there, instead of everybody who was invited. */
export const attendanceSchema = z.strictObject({
  participants: z.array(
    z.strictObject({
      displayName: z.string(),
      emailAddress: z.string().nullable().default(null),
      role: z.enum(['Organizer', 'Presenter', 'Attendee', 'None']).default('Attendee'),
      intervals: z.array(intervalSchema).default([{ from: 0 }]),
    }),
  ),
});

/** The people of one session: those who are named, or the organizer and everybody who was invited. */
export function attendanceOf(
  context: Context,
  meeting: TeamsMeeting,
  span: Span,
  named: z.output<typeof attendanceSchema> | undefined,
): Attendance[] {
  if (named === undefined) return invited(context, meeting, span);
  return named.participants.map(({ intervals, ...person }) => {
    const user = findParticipant(context, meeting.tenantId, person.emailAddress ?? '');
    return {
      ...person,
      userId: user?.id ?? null,
      tenantId: user?.tenantId ?? null,
      intervals: intervals.map(({ from, to }) => ({
        joinedAt: span.startedAt + from,
        leftAt: to === undefined ? span.endedAt : span.startedAt + to,
      })),
    };
  });
}

/** Everybody comes a little later than the one before; the first guest loses the connection for a moment. */
function invited(context: Context, meeting: TeamsMeeting, { startedAt, endedAt }: Span): Attendance[] {
  const step = Math.min(MINUTE, (endedAt - startedAt) / 20);
  return presentIn(context, meeting).map((person, index) => {
    const joinedAt = Math.round(startedAt + (index % 10) * step);
    const middle = Math.round((joinedAt + endedAt) / 2);
    return {
      ...person,
      role: index === 0 ? 'Organizer' : roleOf(meeting, person.emailAddress),
      intervals:
        index === 1
          ? [
              { joinedAt, leftAt: middle },
              { joinedAt: Math.round(middle + step), leftAt: endedAt },
            ]
          : [{ joinedAt, leftAt: endedAt }],
    };
  });
}

/** Reports have two roles for those who were invited. */
function roleOf(meeting: TeamsMeeting, address: string): Attendance['role'] {
  const role = meeting.attendees.find(({ upn }) => upn.toLowerCase() === address.toLowerCase())?.role ?? 'attendee';
  return role === 'attendee' ? 'Attendee' : 'Presenter';
}
