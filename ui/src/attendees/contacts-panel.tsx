import { Field, Input } from '@fluentui/react-components';
import { Search20Regular } from '@fluentui/react-icons';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { contactsQuery, type Contact } from '../api/people.ts';
import { QueryProblem } from '../parts/problem-view.tsx';
import { rowsOf } from '../parts/show-more.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import type { Attendee } from './attendee-list.ts';
import styles from './attendees.module.css';
import { FoundPeople, type Taken } from './found-people.tsx';
import { useSettled } from './use-settled.ts';

type Props = {
  taken: Taken;
  organisation: { id: string; name: string } | undefined;
  add: (wanted: Attendee[]) => void;
};

const most = 8;

/** Finds contacts; those of the linked organisation only, where there is one. */
export function ContactsPanel({ taken, organisation, add }: Props) {
  const [text, setText] = useState('');
  const q = useSettled(text);
  const { data, error, refetch } = useInfiniteQuery({
    ...contactsQuery({ q: q || undefined, organisationId: organisation?.id }),
    placeholderData: keepPreviousData,
  });
  const found = data ? rowsOf(data) : [];
  return (
    <>
      <Field
        label={organisation ? `Contacts of ${organisation.name}` : 'Contacts'}
        hint={
          organisation
            ? 'The booking is linked with this organisation, so only its contacts are listed. Anybody else is invited by their address.'
            : undefined
        }
      >
        <Input
          type="search"
          value={text}
          placeholder="Name or address"
          maxLength={200}
          contentBefore={<Search20Regular aria-hidden />}
          onChange={(_, { value }) => setText(value)}
        />
      </Field>
      <div className={styles.results}>
        {!data && error && <QueryProblem error={error} retry={refetch} />}
        {!data && !error && <SkeletonRows rows={2} height="44px" />}
        {data && found.length === 0 && <p className={styles.quiet}>{nothingWords(q, organisation?.name)}</p>}
        {found.length > 0 && <FoundPeople people={found.slice(0, most).map(attendeeOf)} taken={taken} add={add} />}
        {found.length > most && <p className={styles.quiet}>There are more: type a part of the name.</p>}
      </div>
    </>
  );
}

function attendeeOf({ id, email, name }: Contact): Attendee {
  return { id, email, name, from: 'contact', origin: 'Contact' };
}

function nothingWords(q: string, organisation: string | undefined): string {
  const whose = organisation ? `${organisation} has no contact` : 'There is no contact';
  if (q !== '') return `${whose} like “${q}”. Invite them by their address.`;
  return organisation ? `${whose} yet.` : 'There are no contacts yet. They are kept under People.';
}
