import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { Booking } from '../api/queries.ts';
import { attendeesOf, invitationsOf } from '../attendees/attendee-list.ts';
import { InvitedList } from '../attendees/invited-list.tsx';
import { organisationQuery } from '../api/appointments.ts';
import { api, ask } from '../api/client.ts';
import { FormDialog } from '../parts/form-dialog.tsx';
import { Card } from '../parts/page.tsx';
import { useChange } from '../parts/use-change.ts';
import { useNow } from '../parts/use-now.ts';
import { useMe } from '../shell/me.ts';
import { isClosed } from './booking-state.ts';
import styles from './bookings.module.css';

const AttendeePicker = lazy(async () => ({
  default: (await import('../attendees/attendee-picker.tsx')).AttendeePicker,
}));

/** Who comes along, with where each comes from, and the way to change it. */
export function BookingAttendees({ booking }: { booking: Booking }) {
  const { mayBook } = useMe();
  const [changing, setChanging] = useState(false);
  const closed = isClosed(booking, useNow());
  if (booking.attendees.length === 0 && (closed || !mayBook)) return null;
  return (
    <Card>
      <h2 className={styles.sectionTitle}>Who comes</h2>
      <InvitedList attendees={attendeesOf(booking.attendees)} visitor={booking.visitor} />
      {mayBook && !closed && (
        <div className={styles.below}>
          <Button onClick={() => setChanging(true)}>Change who comes…</Button>
        </div>
      )}
      {changing && <AttendeesDialog booking={booking} onClose={() => setChanging(false)} />}
    </Card>
  );
}

function AttendeesDialog({ booking, onClose }: { booking: Booking; onClose: () => void }) {
  const { id, visitor, organisationId } = booking;
  const [attendees, setAttendees] = useState(() => attendeesOf(booking.attendees));
  const { data: organisation } = useQuery({
    ...organisationQuery(organisationId ?? ''),
    enabled: organisationId !== null,
  });
  const save = useChange(
    ['bookings', 'meetings'],
    () => ask(api.bookings[':id'].$patch({ param: { id }, json: { attendees: invitationsOf(attendees) } })),
    onClose,
  );
  return (
    <FormDialog title="Who comes" verb="Save" change={save} onClose={onClose}>
      <Suspense>
        <AttendeePicker
          attendees={attendees}
          change={setAttendees}
          visitor={visitor}
          organisation={organisation ?? undefined}
        />
      </Suspense>
    </FormDialog>
  );
}
