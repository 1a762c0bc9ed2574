import {
  ArrowSync20Regular,
  CheckmarkCircle20Filled,
  Circle20Regular,
  ErrorCircle20Filled,
} from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { meetingEventsQuery, type Meeting } from '../api/queries.ts';
import { Card } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { momentText } from '../parts/when.ts';
import styles from './bookings.module.css';
import { eventWords } from './meeting-words.ts';

const icons = {
  good: CheckmarkCircle20Filled,
  waiting: ArrowSync20Regular,
  problem: ErrorCircle20Filled,
  quiet: Circle20Regular,
} as const;

type Props = { meeting: Pick<Meeting, 'id' | 'kind'>; booked: boolean; zone: string };

/** A meeting's life, oldest first, in plain words. */
export function Timeline({ meeting: { id, kind }, booked, zone }: Props) {
  const { data, error, refetch } = useQuery(meetingEventsQuery(id));
  return (
    <Card>
      <h2 className={styles.sectionTitle}>What happened</h2>
      {!data && !error && <SkeletonRows rows={2} height="44px" />}
      {!data && error && <QueryProblem error={error} retry={refetch} />}
      {data && (
        <ol className={styles.timeline}>
          {data.map((event, index) => {
            const { tone, words } = eventWords(event, { booked, kind });
            const Icon = icons[tone];
            return (
              <li key={index}>
                <Icon className={styles[tone]} aria-hidden />
                <div>
                  {words}
                  {event.problem && <span className={styles.cause}>{event.problem.title}</span>}
                  <time dateTime={event.at}>{momentText(event.at, zone)}</time>
                </div>
              </li>
            );
          })}
        </ol>
      )}
    </Card>
  );
}
