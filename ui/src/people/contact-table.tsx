import { Button } from '@fluentui/react-components';
import { CalendarAdd16Regular, Delete16Regular, Edit16Regular } from '@fluentui/react-icons';
import { Link } from '@tanstack/react-router';
import type { Contact } from '../api/people.ts';
import { cityOf } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { localeNames } from './locale-names.ts';
import styles from './people.module.css';

type Props = { rows: Contact[]; edit: (contact: Contact) => void; remove: (contact: Contact) => void };

/** A row for each person: who they are, where they belong, and what can be done. */
export function ContactTable({ rows, edit, remove }: Props) {
  const { mayBook } = useMe();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Organisation</th>
          <th scope="col">Language and zone</th>
          {mayBook && (
            <th scope="col">
              <span className="visually-hidden">What can be done</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((contact) => (
          <tr key={contact.id}>
            <th scope="row">
              {contact.name}
              <span className={styles.under}>{contact.email}</span>
            </th>
            <td>
              {contact.organisationId ? (
                <Link to="/people" search={{ organisation: contact.organisationId }}>
                  {contact.organisationName}
                </Link>
              ) : (
                <span className={styles.none}>None</span>
              )}
            </td>
            <td>{habitsOf(contact) || <span className={styles.none}>Not known</span>}</td>
            {mayBook && (
              <td className={styles.rowActions}>
                <Link to="/bookings/new" search={{ contact: contact.id }} aria-label={`Book for ${contact.name}`}>
                  <CalendarAdd16Regular aria-hidden />
                  Book
                </Link>
                <Button
                  appearance="subtle"
                  icon={<Edit16Regular />}
                  aria-label={`Change ${contact.name}`}
                  onClick={() => edit(contact)}
                />
                <Button
                  appearance="subtle"
                  icon={<Delete16Regular />}
                  aria-label={`Delete ${contact.name}`}
                  onClick={() => remove(contact)}
                />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function habitsOf({ locale, timeZone }: Contact): string {
  return [locale && (localeNames.get(locale) ?? locale), timeZone && cityOf(timeZone)].filter(Boolean).join(', ');
}
