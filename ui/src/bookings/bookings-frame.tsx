import { Button } from '@fluentui/react-components';
import { Add20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { requestsQuery, type BookingSearch, type ListName } from '../api/lists.ts';
import { Page } from '../parts/page.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { cityOf, count } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './bookings.module.css';

type Tab = ListName | 'requests' | 'calendar';
type Props = {
  tab: Tab;
  /** What stays chosen when another tab is opened. */
  filter?: Pick<BookingSearch, 'host' | 'type' | 'q'>;
  children: ReactNode;
};

const lists: [ListName, string][] = [
  ['past', 'Past'],
  ['cancelled', 'Cancelled'],
  ['meetings', 'Other meetings'],
];

/** What the pages of bookings have in common: their title, the way to a new booking, and the tabs between them. */
export function BookingsFrame({ tab, filter = {}, children }: Props) {
  const { member, mayBook } = useMe();
  const navigate = useNavigate();
  const { q, ...inCalendar } = filter;
  const kept = { ...inCalendar, ...(q && { q }) };
  const list = (name: ListName, words: string) => (
    <Link
      key={name}
      to="/bookings"
      search={name === 'upcoming' ? kept : { show: name, ...kept }}
      activeOptions={{ exact: true }}
      aria-current={name === tab ? 'page' : undefined}
      replace
    >
      {words}
    </Link>
  );
  return (
    <Page
      title="Bookings"
      lead={`Times are those of ${cityOf(member.timeZone)}. What happens in Teams shows here by itself.`}
      action={
        mayBook && (
          <Button appearance="primary" icon={<Add20Regular />} onClick={() => void navigate({ to: '/bookings/new' })}>
            New booking
          </Button>
        )
      }
    >
      <Tabs label="Which bookings">
        {list('upcoming', 'Upcoming')}
        <RequestsTab />
        <Link to="/bookings/calendar" search={inCalendar} activeOptions={{ includeSearch: false }}>
          Calendar
        </Link>
        {lists.map(([name, words]) => list(name, words))}
      </Tabs>
      {children}
    </Page>
  );
}

/** How many wait stands in a corner of the tab, so that nothing moves when the number comes. */
function RequestsTab() {
  const { data } = useQuery(requestsQuery);
  const waiting = data?.length ?? 0;
  return (
    <Link to="/bookings/requests">
      Requests
      {waiting > 0 && (
        <span className={styles.number}>
          <span aria-hidden>{waiting > 99 ? '99+' : waiting}</span>
          <span className="visually-hidden">, {count(waiting, 'request')} to answer</span>
        </span>
      )}
    </Link>
  );
}
