import type { Parley, WebhookMessage } from '@parley/client';

export type Note = { id: string; contactEmail: string; text: string };

/** What a CRM takes notes with. Writing a note whose id it has already changes nothing. */
export type Crm = { writeNote: (note: Note) => Promise<void> };

/**
 * Writes a note to the CRM for each time that is booked. The message says which booking it is; what it is about is
 * read from Parley, where it is current.
 */
export function writeNotes({ parley, crm }: { parley: Parley; crm: Crm }) {
  return async ({ type, data }: WebhookMessage): Promise<void> => {
    if (type !== 'booking.confirmed' || data.bookingId === undefined) return;
    const { visitor, start, meeting } = await parley.bookings.get(data.bookingId);
    const when = new Intl.DateTimeFormat('en-GB', {
      dateStyle: 'full',
      timeStyle: 'short',
      timeZone: visitor.timeZone,
    }).format(new Date(start));
    const lines = [`${visitor.name} booked ${when}.`, visitor.note, meeting?.joinUrl ?? 'The link follows.'];
    // A message may come more than once, always with the same id.
    await crm.writeNote({ id: data.id, contactEmail: visitor.email, text: lines.filter(Boolean).join('\n') });
  };
}
