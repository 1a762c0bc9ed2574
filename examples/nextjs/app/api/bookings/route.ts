import { createParley, ParleyError } from '@parley/client';

// Next.js, App Router: app/api/bookings/route.ts. The key stays on the server.
const { PARLEY_URL = '', PARLEY_API_KEY = '', PARLEY_EVENT_TYPE = '' } = process.env;
const parley = createParley({ baseUrl: PARLEY_URL, apiKey: PARLEY_API_KEY });

type Form = { start: string; name: string; email: string; timeZone: string };

/** The free times of a week: `GET /api/bookings?from=2026-11-23`. */
export async function GET(request: Request): Promise<Response> {
  const from = new Date(new URL(request.url).searchParams.get('from') ?? Date.now());
  const to = new Date(from.getTime() + 7 * 24 * 60 * 60_000);
  const { data } = await parley.eventTypes.listSlots(PARLEY_EVENT_TYPE, {
    from: from.toISOString(),
    to: to.toISOString(),
  });
  return Response.json(data.map(({ start }) => start));
}

/** Books one of them. What the visitor can do something about is told to them; the rest is for the log. */
export async function POST(request: Request): Promise<Response> {
  const { start, ...visitor } = (await request.json()) as Form;
  try {
    const booking = await parley.bookings.create({ eventTypeId: PARLEY_EVENT_TYPE, start, visitor }, { wait: 10 });
    return Response.json({ id: booking.id, joinUrl: booking.meeting?.joinUrl ?? null }, { status: 201 });
  } catch (error) {
    if (!(error instanceof ParleyError) || error.status === undefined || error.status >= 500) throw error;
    const { status, code, remedy, errors } = error;
    return Response.json({ code, remedy, errors }, { status });
  }
}
