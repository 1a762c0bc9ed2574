import { Button, Checkbox, Field, Select, Switch } from '@fluentui/react-components';
import { CalendarLtr28Regular } from '@fluentui/react-icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { bookingQuery, eventTypesQuery, type EventType } from '../api/queries.ts';
import { AttendeePicker } from '../attendees/attendee-picker.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { FormProblem } from '../parts/form.tsx';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { UnsavedChanges } from '../parts/unsaved-changes.tsx';
import { useMe } from '../shell/me.ts';
import styles from './bookings.module.css';
import { bookingOf, emptyDraft, minutesOf, repeatOf, type BookingDraft } from './new-booking-draft.ts';
import { NewBookingProblem } from './new-booking-problem.tsx';
import { RepeatFields } from './repeat-fields.tsx';
import { VisitorFields } from './visitor-fields.tsx';
import { spanFrom, WhenFields } from './when-fields.tsx';

const route = getRouteApi('/bookings/new');

/** Books a time for somebody else. */
export function NewBookingPage() {
  const { mayBook } = useMe();
  const { data, error, refetch } = useQuery(eventTypesQuery);
  return (
    <Page
      title="New booking"
      lead="For somebody who asked you by telephone, by mail or in the corridor. They are invited as if they had booked themselves."
      back={{ link: { to: '/bookings' }, words: 'Bookings' }}
    >
      {!mayBook && <p>You can look at bookings. Somebody who takes bookings in this workspace can make them.</p>}
      {mayBook && !data && error && <QueryProblem error={error} retry={refetch} />}
      {mayBook && !data && !error && <SkeletonRows rows={3} height="160px" />}
      {mayBook && data && <Chosen eventTypes={data.filter(({ active }) => active)} />}
    </Page>
  );
}

function Chosen({ eventTypes }: { eventTypes: EventType[] }) {
  const { type } = route.useSearch();
  const first = eventTypes.find(({ id }) => id === type) ?? eventTypes.find(({ takesBookings }) => takesBookings);
  const start = first ?? eventTypes[0];
  if (start) return <BookingForm eventTypes={eventTypes} start={start} />;
  return (
    <EmptyState
      icon={CalendarLtr28Regular}
      title="There is nothing to book yet"
      action={<Link to="/event-types">Go to event types</Link>}
    >
      An event type says what can be booked, how long it takes and with whom. Make one that is on first.
    </EmptyState>
  );
}

function BookingForm({ eventTypes, start: first }: { eventTypes: EventType[]; start: EventType }) {
  const zone = useMe().member.timeZone;
  const [draft, setDraft] = useState(() => emptyDraft(first.id, zone));
  const change = (changes: Partial<BookingDraft>) => setDraft((before) => ({ ...before, ...changes }));
  const book = useBooking(draft);
  const eventType = eventTypes.find(({ id }) => id === draft.eventTypeId) ?? first;
  const { start } = draft.when;
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!book.isPending && start) book.mutate();
  };
  return (
    <form className={sheets.form} onSubmit={submit} noValidate>
      <section className={sheets.group} aria-labelledby="new-when">
        <h2 id="new-when">What and when</h2>
        <EventTypeField eventTypes={eventTypes} eventType={eventType} change={change} />
        <WhenFields
          key={eventType.id}
          eventType={eventType}
          draft={draft.when}
          change={(when) => change({ when: { ...draft.when, ...when } })}
          zone={zone}
        />
        <RepeatFields draft={draft} change={change} repeat={start ? repeatOf(draft, start) : undefined} zone={zone} />
      </section>
      <VisitorFields draft={draft} change={change} error={book.error} />
      <section className={sheets.group} aria-labelledby="new-others">
        <h2 id="new-others">Who else comes</h2>
        <AttendeePicker
          attendees={draft.attendees}
          change={(attendees) => change({ attendees })}
          visitor={draft.visitor}
          organisation={draft.organisation}
        />
      </section>
      <MeetingFields draft={draft} change={change} eventType={eventType} />
      <FormProblem error={book.error} />
      <NewBookingProblem error={book.error} />
      <Foot draft={draft} eventType={eventType} zone={zone} busy={book.isPending} />
      <UnsavedChanges changed={draft.visitor.name !== '' || draft.visitor.email !== '' || draft.attendees.length > 0}>
        The new booking is lost; nobody has been invited yet.
      </UnsavedChanges>
    </form>
  );
}

function useBooking(draft: BookingDraft) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => {
      const { start } = draft.when;
      if (start === undefined) throw new TypeError('a booking without a time was sent');
      const repeat = repeatOf(draft, start);
      if (!repeat) return ask(api.bookings.$post({ json: bookingOf(draft, start) }));
      const json = { ...bookingOf(draft, start), ...repeat };
      const { data } = await ask(api['booking-series'].$post({ json }));
      const [made] = data;
      if (!made) throw new TypeError('a series without bookings was made');
      return made;
    },
    onSuccess: (made) => {
      queries.setQueryData(bookingQuery(made.id).queryKey, made);
      for (const key of ['bookings', 'slots']) void queries.invalidateQueries({ queryKey: [key] });
      void navigate({ to: '/bookings/$id', params: { id: made.id }, ignoreBlocker: true });
    },
    onError: () => void queries.invalidateQueries({ queryKey: ['slots'] }),
  });
}

type Change = (changes: Partial<BookingDraft>) => void;

function EventTypeField({
  eventTypes,
  eventType,
  change,
}: {
  eventTypes: EventType[];
  eventType: EventType;
  change: Change;
}) {
  return (
    <Field
      label="Event type"
      validationState={eventType.takesBookings ? 'none' : 'warning'}
      validationMessage={eventType.takesBookings ? undefined : eventType.closedReason}
    >
      <Select value={eventType.id} onChange={(_, { value }) => change({ eventTypeId: value, when: {} })}>
        {eventTypes.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </Select>
    </Field>
  );
}

function MeetingFields({ draft, change, eventType }: { draft: BookingDraft; change: Change; eventType: EventType }) {
  return (
    <section className={sheets.group} aria-labelledby="new-meeting">
      <h2 id="new-meeting">The meeting</h2>
      <Switch
        label="Generate Microsoft Teams meeting link"
        checked={draft.teamsMeeting}
        onChange={(_, { checked }) => change({ teamsMeeting: checked })}
      />
      {eventType.needsApproval && (
        <Checkbox
          label="Book it at once: nobody has to approve it"
          checked={draft.approved}
          onChange={(_, { checked }) => change({ approved: checked === true })}
        />
      )}
    </section>
  );
}

type FootProps = { draft: BookingDraft; eventType: EventType; zone: string; busy: boolean };

function Foot({ draft, eventType, zone, busy }: FootProps) {
  const { start } = draft.when;
  const asked = eventType.needsApproval && !draft.approved;
  const verb = draft.every === 'once' ? (asked ? 'Ask for this time' : 'Book this time') : `Book ${draft.times} times`;
  return (
    <div className={styles.choice}>
      <p role="status">
        {start ? (
          <>
            <strong>{spanFrom(start, minutesOf(draft, eventType), zone)}</strong>
            <br />
            {eventType.title}
            {draft.every !== 'once' && `, the first of ${draft.times} times`}
          </>
        ) : (
          'Choose a time first.'
        )}
      </p>
      <Button type="submit" appearance="primary" disabledFocusable={busy || !start}>
        {verb}
      </Button>
    </div>
  );
}
