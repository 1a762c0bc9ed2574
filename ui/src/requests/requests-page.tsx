import { CheckmarkCircle28Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { requestsQuery } from '../api/lists.ts';
import { BookingsFrame } from '../bookings/bookings-frame.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useMe } from '../shell/me.ts';
import { RequestQueue } from './request-queue.tsx';
import styles from './requests.module.css';

/** Every request that waits for an answer. */
export function RequestsPage() {
  const { mayBook } = useMe();
  const { data, error, refetch } = useQuery(requestsQuery);
  return (
    <BookingsFrame tab="requests">
      {!data && error && <QueryProblem error={error} retry={refetch} />}
      {!data && !error && <SkeletonRows rows={3} height="150px" />}
      {data && (
        <>
          {data.length > 0 && !mayBook && (
            <p className={styles.quiet}>You can look at requests. Somebody who takes bookings answers them.</p>
          )}
          {data.length > 0 && <h2 className="visually-hidden">Requests that wait for an answer</h2>}
          <RequestQueue requests={data} empty={<Nothing />} />
        </>
      )}
    </BookingsFrame>
  );
}

function Nothing() {
  return (
    <EmptyState
      icon={CheckmarkCircle28Regular}
      title="No request waits for you"
      action={<Link to="/event-types">See event types</Link>}
    >
      Event types that need approval bring requests here. Until somebody answers, the time is kept for the visitor.
    </EmptyState>
  );
}
