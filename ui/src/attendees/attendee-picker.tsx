import { useId, useState, type KeyboardEvent } from 'react';
import { addAttendees, type Attendee } from './attendee-list.ts';
import styles from './attendees.module.css';
import { ContactsPanel } from './contacts-panel.tsx';
import { EmailPanel } from './email-panel.tsx';
import { InvitedList } from './invited-list.tsx';
import { PickerTabs, type TabName } from './picker-tabs.tsx';
import { UsersPanel } from './users-panel.tsx';

type Props = {
  attendees: Attendee[];
  change: (attendees: Attendee[]) => void;
  /** Who booked: they are invited anyway. */
  visitor: { name: string; email: string };
  /** The organisation that the booking is linked with: only its contacts can be picked. */
  organisation?: { id: string; name: string } | undefined;
};

/** Chooses who else is invited: contacts, people of the own organization, or addresses; below, everybody at a glance. */
export function AttendeePicker({ attendees, change, visitor, organisation }: Props) {
  const id = useId();
  const [tab, setTab] = useState<TabName>('contacts');
  const [said, setSaid] = useState('');
  const add = (wanted: Attendee[]) => {
    const { attendees: after, added, repeated } = addAttendees(attendees, wanted, visitor.email);
    if (added.length > 0) change(after);
    setSaid([addedWords(added), ...repeated.map((one) => repeatedWords(one, visitor))].filter(Boolean).join(' '));
  };
  const remove = (gone: Attendee) => {
    change(attendees.filter((one) => one !== gone));
    setSaid(`${nameOf(gone)} is not invited any more.`);
  };
  const taken = { attendees, visitorEmail: visitor.email };
  return (
    <div className={styles.picker} onKeyDown={keepForm}>
      <PickerTabs id={id} chosen={tab} choose={setTab} />
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${tab}`} className={styles.panel}>
        {tab === 'contacts' && <ContactsPanel taken={taken} organisation={organisation} add={add} />}
        {tab === 'users' && <UsersPanel taken={taken} add={add} />}
        {tab === 'email' && <EmailPanel add={add} />}
      </div>
      <p role="status" className={styles.said}>
        {said}
      </p>
      <InvitedList attendees={attendees} visitor={visitor} remove={remove} />
    </div>
  );
}

/** Enter in a field for searching is no wish to send the form around it. */
function keepForm(event: KeyboardEvent): void {
  if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault();
}

function nameOf({ name, email }: Attendee): string {
  return name ?? email;
}

function addedWords(added: Attendee[]): string {
  if (added.length === 0) return '';
  const names = added.map(nameOf);
  return `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} on the list.`;
}

function repeatedWords({ email }: Attendee, visitor: Props['visitor']): string {
  return email.toLowerCase() === visitor.email.trim().toLowerCase()
    ? `${email} is the visitor’s own address: they are invited anyway.`
    : `${email} is on the list already, so it was not added twice.`;
}
