import { Button, Field, Input, Radio, RadioGroup, Select, Textarea } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { contactQuery } from '../api/appointments.ts';
import { organisationChoicesQuery, type Contact, type Organisation } from '../api/people.ts';
import { addAttendees, type Attendee } from '../attendees/attendee-list.ts';
import { faultAt } from '../parts/form.tsx';
import sheets from '../parts/sheets.module.css';
import { cityOf } from '../parts/when.ts';
import styles from './bookings.module.css';
import { ContactSearch } from './contact-search.tsx';
import type { BookingDraft } from './new-booking-draft.ts';

type Props = { draft: BookingDraft; change: (changes: Partial<BookingDraft>) => void; error: Error | null };

const route = getRouteApi('/bookings/new');

/** Whom the booking is for: a contact, or somebody whose name and address are typed. */
export function VisitorFields({ draft, change, error }: Props) {
  const { contact: contactId } = route.useSearch();
  const [known, setKnown] = useState(contactId !== undefined);
  const [searched, setSearched] = useState(false);
  const { data: organisations = [] } = useQuery(organisationChoicesQuery);
  const choose = (contact: Contact) => change(withContact(draft, contact, organisations));
  const { data: asked } = useQuery({ ...contactQuery(contactId ?? ''), enabled: contactId !== undefined });
  useEffect(() => {
    if (asked && draft.contact === undefined) choose(asked);
    // Once, when the contact whom the page’s address names is there.
  }, [asked]);
  const forget = () => change({ contact: undefined, organisation: undefined, attendees: [] });
  return (
    <section className={sheets.group} aria-labelledby="new-who">
      <h2 id="new-who">Who it is for</h2>
      <RadioGroup
        layout="horizontal"
        aria-labelledby="new-who"
        value={known ? 'contact' : 'typed'}
        onChange={(_, { value }) => {
          setKnown(value === 'contact');
          forget();
        }}
      >
        <Radio value="typed" label="Somebody whose name I type" />
        <Radio value="contact" label="A contact" />
      </RadioGroup>
      {known && !draft.contact && (
        <ContactSearch
          choose={(contact) => {
            setSearched(true);
            choose(contact);
          }}
        />
      )}
      {known && draft.contact && (
        <ChosenContact contact={draft.contact} focused={searched} change={() => change({ contact: undefined })} />
      )}
      {(!known || draft.contact) && <TypedFields draft={draft} change={change} error={error} />}
      {!known && (
        <OrganisationField
          value={draft.organisation?.id ?? ''}
          organisations={organisations}
          choose={(organisation) => change(withOrganisation(draft, organisation))}
        />
      )}
    </section>
  );
}

type ChosenProps = {
  contact: Contact;
  /** The button that chose them is gone, so the focus comes here. */
  focused: boolean;
  change: () => void;
};

function ChosenContact({ contact, focused, change }: ChosenProps) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focused) button.current?.focus();
  }, [focused]);
  return (
    <p className={styles.inline} role="status">
      <span>
        The booking is linked with the contact <strong>{contact.name}</strong>.
      </span>
      <Button ref={button} size="small" onClick={change}>
        Choose another contact
      </Button>
    </p>
  );
}

function TypedFields({ draft, change, error }: Props) {
  const { visitor } = draft;
  const put = (changes: Partial<BookingDraft['visitor']>) => change({ visitor: { ...visitor, ...changes } });
  const zones = [...new Set([visitor.timeZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])].toSorted();
  return (
    <>
      <div className={styles.pair}>
        <Field label="Name" required validationMessage={faultAt(error, '/visitor/name')}>
          <Input
            value={visitor.name}
            maxLength={200}
            autoComplete="off"
            onChange={(_, { value }) => put({ name: value })}
          />
        </Field>
        <Field
          label="Email"
          required
          hint="The invitation goes there."
          validationMessage={faultAt(error, '/visitor/email')}
        >
          <Input
            type="email"
            value={visitor.email}
            autoComplete="off"
            onChange={(_, { value }) => put({ email: value })}
          />
        </Field>
      </div>
      <Field
        label="Their time zone"
        hint="The times in what they receive are in it."
        validationMessage={faultAt(error, '/visitor/timeZone')}
      >
        <Select value={visitor.timeZone} onChange={(_, { value }) => put({ timeZone: value })}>
          {zones.map((zone) => (
            <option key={zone} value={zone}>
              {zone.includes('/') ? `${cityOf(zone)} (${zone})` : zone}
            </option>
          ))}
        </Select>
      </Field>
      <Field
        label="What it is about (optional)"
        hint="Everybody who is invited can read it."
        validationMessage={faultAt(error, '/visitor/note')}
      >
        <Textarea
          value={visitor.note}
          maxLength={5000}
          resize="vertical"
          onChange={(_, { value }) => put({ note: value })}
        />
      </Field>
    </>
  );
}

type OrganisationProps = {
  value: string;
  organisations: Organisation[];
  choose: (organisation: Organisation | undefined) => void;
};

function OrganisationField({ value, organisations, choose }: OrganisationProps) {
  if (organisations.length === 0) return null;
  return (
    <Field
      label="Organisation (optional)"
      hint="Links the booking: its default address is invited, and its contacts can be."
    >
      <Select value={value} onChange={(_, data) => choose(organisations.find(({ id }) => id === data.value))}>
        <option value="">None</option>
        {organisations.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
    </Field>
  );
}

/** The contact is the visitor; whoever was picked for another organisation is not invited any more. */
function withContact(draft: BookingDraft, contact: Contact, organisations: Organisation[]): Partial<BookingDraft> {
  const organisation = organisations.find(({ id }) => id === contact.organisationId);
  const { name, email, timeZone } = contact;
  return {
    contact,
    organisation: contact.organisationId
      ? { id: contact.organisationId, name: organisation?.name ?? 'their organisation' }
      : undefined,
    visitor: { ...draft.visitor, name, email, timeZone: timeZone ?? draft.visitor.timeZone },
    attendees: draft.attendees.filter((one) => one.from !== 'contact' && one.origin !== defaultOrigin),
  };
}

/** Begins the list with the default address of the organisation. */
function withOrganisation(draft: BookingDraft, organisation: Organisation | undefined): Partial<BookingDraft> {
  const kept = draft.attendees.filter((one) => one.from !== 'contact' && one.origin !== defaultOrigin);
  if (!organisation) return { organisation: undefined, attendees: kept };
  const { id, name, defaultEmail } = organisation;
  const prefilled: Attendee[] = defaultEmail
    ? [{ email: defaultEmail, name, from: 'email', origin: defaultOrigin }]
    : [];
  return {
    organisation: { id, name },
    attendees: addAttendees(prefilled, kept, draft.visitor.email).attendees,
  };
}

const defaultOrigin = 'Organisation’s default address';
