import { Button, Field, Input } from '@fluentui/react-components';
import { Search20Regular } from '@fluentui/react-icons';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { contactsQuery, type Contact } from '../api/people.ts';
import people from '../attendees/attendees.module.css';
import { useSettled } from '../attendees/use-settled.ts';
import { QueryProblem } from '../parts/problem-view.tsx';
import { rowsOf } from '../parts/show-more.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';

const most = 8;

/** Finds the contact whom a booking is for. */
export function ContactSearch({ choose }: { choose: (contact: Contact) => void }) {
  const [text, setText] = useState('');
  const q = useSettled(text);
  const { data, error, refetch } = useInfiniteQuery({
    ...contactsQuery({ q: q || undefined }),
    placeholderData: keepPreviousData,
  });
  const found = data ? rowsOf(data) : [];
  return (
    <div>
      <Field label="Find a contact">
        <Input
          type="search"
          value={text}
          placeholder="Name, address or organisation"
          maxLength={200}
          contentBefore={<Search20Regular aria-hidden />}
          onChange={(_, { value }) => setText(value)}
          onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
        />
      </Field>
      <div className={people.results}>
        {!data && error && <QueryProblem error={error} retry={refetch} />}
        {!data && !error && <SkeletonRows rows={2} height="44px" />}
        {data && found.length === 0 && (
          <p className={people.quiet}>
            {q === '' ? 'There are no contacts yet. They are kept under People.' : `No contact is like “${q}”.`}
          </p>
        )}
        {found.length > 0 && (
          <ul className={people.found}>
            {found.slice(0, most).map((contact) => (
              <li key={contact.id}>
                <span>
                  <span className={people.name}>{contact.name}</span>
                  <span className={people.address}>{contact.email}</span>
                </span>
                <Button size="small" onClick={() => choose(contact)}>
                  Choose<span className="visually-hidden"> {contact.name}</span>
                </Button>
              </li>
            ))}
          </ul>
        )}
        {found.length > most && <p className={people.quiet}>There are more: type a part of the name.</p>}
      </div>
    </div>
  );
}
