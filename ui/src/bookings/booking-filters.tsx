import { Button, Input, Select } from '@fluentui/react-components';
import { Search20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { statusesOf, type BookingList, type BookingSearch } from '../api/lists.ts';
import { eventTypesQuery, membersQuery, type BookingStatus } from '../api/queries.ts';
import styles from './bookings.module.css';

type Change = (changes: Partial<Record<Exclude<keyof BookingSearch, 'show'>, string | undefined>>) => void;
type Props = { list: BookingList; filter: BookingSearch; change: Change };

const statusWords: Record<BookingStatus, string> = {
  requested: 'Waiting for approval',
  confirmed: 'Confirmed',
  declined: 'Declined',
  cancelled: 'Cancelled',
  completed: 'Took place',
  no_show: 'No-show',
};

/** Search and filters of a list of bookings. What is chosen is in the page’s address. */
export function BookingFilters({ list, filter, change }: Props) {
  const filtered = Object.values(filter).some((value) => value !== undefined);
  return (
    <search className={styles.filters} aria-label="Find bookings">
      <SearchField value={filter.q ?? ''} search={(q) => change({ q: q === '' ? undefined : q })} />
      <Labelled words="State">
        <Select value={filter.status ?? ''} onChange={(_, { value }) => change({ status: value || undefined })}>
          <option value="">Any state</option>
          {statusesOf[list].map((status) => (
            <option key={status} value={status}>
              {statusWords[status]}
            </option>
          ))}
        </Select>
      </Labelled>
      <WhoAndWhat filter={filter} change={change} />
      <Labelled words="From">
        <Input
          type="date"
          value={filter.from ?? ''}
          onChange={(_, { value }) => change({ from: value || undefined })}
        />
      </Labelled>
      <Labelled words="Until">
        <Input type="date" value={filter.to ?? ''} onChange={(_, { value }) => change({ to: value || undefined })} />
      </Labelled>
      {filtered && (
        <Button
          appearance="subtle"
          className={styles.clear}
          onClick={() =>
            change({
              q: undefined,
              status: undefined,
              host: undefined,
              type: undefined,
              from: undefined,
              to: undefined,
            })
          }
        >
          Show all
        </Button>
      )}
    </search>
  );
}

type WhoAndWhatProps = { filter: Pick<BookingSearch, 'host' | 'type'>; change: Change };

/** Whose bookings, and of which event type. */
export function WhoAndWhat({ filter, change }: WhoAndWhatProps) {
  const { data: members = [] } = useQuery(membersQuery);
  const { data: eventTypes = [] } = useQuery(eventTypesQuery);
  return (
    <>
      <Labelled words="Operator">
        <Select value={filter.host ?? ''} onChange={(_, { value }) => change({ host: value || undefined })}>
          <option value="">Every operator</option>
          {members.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </Labelled>
      <Labelled words="Event type">
        <Select value={filter.type ?? ''} onChange={(_, { value }) => change({ type: value || undefined })}>
          <option value="">Every event type</option>
          {eventTypes.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </Select>
      </Labelled>
    </>
  );
}

function Labelled({ words, children }: { words: string; children: ReactNode }) {
  return (
    <label className={styles.filter}>
      <span>{words}</span>
      {children}
    </label>
  );
}

/** Asks a moment after the last key, so that not every letter is a question. */
function SearchField({ value, search }: { value: string; search: (text: string) => void }) {
  const [text, setText] = useState(value);
  const [asked, setAsked] = useState(value);
  if (value !== asked) {
    // It changed elsewhere, such as with “Show all” or by going back.
    setAsked(value);
    setText(value);
  }
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === asked) return undefined;
    const timer = setTimeout(() => {
      setAsked(wanted);
      search(wanted);
    }, 300);
    return () => clearTimeout(timer);
  });
  return (
    <label className={`${styles.filter} ${styles.searchFilter}`}>
      <span>Name or address</span>
      <Input
        type="search"
        value={text}
        maxLength={200}
        contentBefore={<Search20Regular aria-hidden />}
        onChange={(_, data) => setText(data.value)}
      />
    </label>
  );
}
