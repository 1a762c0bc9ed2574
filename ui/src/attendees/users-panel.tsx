import { Field, Input } from '@fluentui/react-components';
import { Search20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { usersQuery, type PersonFound } from '../api/appointments.ts';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import type { Attendee } from './attendee-list.ts';
import styles from './attendees.module.css';
import { FoundPeople, type Taken } from './found-people.tsx';
import { useSettled } from './use-settled.ts';

const most = 8;

/** Finds people of the own organization: members of the workspace, and those of the connected directories. */
export function UsersPanel({ taken, add }: { taken: Taken; add: (wanted: Attendee[]) => void }) {
  const [text, setText] = useState('');
  const q = useSettled(text);
  const { data, error, refetch } = useQuery(usersQuery(q));
  return (
    <>
      <Field label="Users" hint="Members of this workspace; from two letters on, also people of your directory.">
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
        {data && data.data.length === 0 && <p className={styles.quiet}>Nobody here is called “{q}”.</p>}
        {data && data.data.length > 0 && (
          <FoundPeople people={data.data.slice(0, most).map(attendeeOf)} taken={taken} add={add} />
        )}
        {data && data.data.length > most && <p className={styles.quiet}>There are more: type a part of the name.</p>}
        {data?.note && <p className={styles.quiet}>{data.note}</p>}
      </div>
    </>
  );
}

function attendeeOf({ id, email, name, from }: PersonFound): Attendee & { also: string } {
  const member = from === 'member';
  return {
    id,
    email,
    name,
    from: 'user',
    origin: member ? 'User' : 'User from the directory',
    also: member ? 'Member' : 'Directory',
  };
}
