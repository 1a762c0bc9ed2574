import {
  ArrowSync20Regular,
  CheckmarkCircle20Filled,
  Circle20Regular,
  ErrorCircle20Filled,
} from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { historyQuery, type BookingEvent } from '../api/appointments.ts';
import { meetingEventsQuery, type Booking, type Meeting } from '../api/queries.ts';
import { Card } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import type { Tone } from '../parts/state-label.tsx';
import { momentText } from '../parts/when.ts';
import styles from './bookings.module.css';
import { happeningWords } from './history-words.ts';
import { eventWords } from './meeting-words.ts';

const icons = {
  good: CheckmarkCircle20Filled,
  waiting: ArrowSync20Regular,
  problem: ErrorCircle20Filled,
  quiet: Circle20Regular,
} as const;

type Line = { at: string; tone: Tone; words: string; said?: string | undefined; cause?: string | undefined };

type BookingProps = {
  booking: Booking;
  /** Parley, not Outlook, writes to everybody invited. */
  byParley: boolean;
  zone: string;
};

/** A booking’s life and that of its meeting, oldest first, in plain words. */
export function BookingTimeline({ booking, byParley, zone }: BookingProps) {
  const { data, error, refetch } = useQuery(historyQuery(booking.id));
  const { data: meetingEvents = [] } = useQuery({
    ...meetingEventsQuery(booking.meeting?.id ?? ''),
    enabled: booking.meeting !== null,
  });
  const lines =
    data &&
    causesFirst(data).map((event): Line => {
      const known = meetingEvents.find(({ type, at }) => type === event.type && at === event.at);
      return { at: event.at, ...happeningWords(event, booking, { zone, byParley }), cause: known?.problem?.title };
    });
  return <Lines lines={lines} error={error} retry={refetch} zone={zone} />;
}

/** What a person did comes before what Parley wants of the meeting for it, which is written a moment earlier. */
function causesFirst(events: readonly BookingEvent[]): BookingEvent[] {
  const ordered = [...events];
  for (const [index, event] of ordered.entries()) {
    const next = ordered[index + 1];
    if (!next?.type.startsWith('booking.') || !consequences.includes(event.type)) continue;
    if (Date.parse(next.at) - Date.parse(event.at) < 1000) [ordered[index], ordered[index + 1]] = [next, event];
  }
  return ordered;
}

const consequences = ['meeting.created', 'meeting.changed', 'meeting.cancel_requested'];

/** The life of a meeting that has no booking. */
export function MeetingTimeline({
  meeting: { id, kind },
  zone,
}: {
  meeting: Pick<Meeting, 'id' | 'kind'>;
  zone: string;
}) {
  const { data, error, refetch } = useQuery(meetingEventsQuery(id));
  const lines = data?.map((event): Line => {
    return { at: event.at, ...eventWords(event, { booked: false, kind }), cause: event.problem?.title };
  });
  return <Lines lines={lines} error={error} retry={refetch} zone={zone} />;
}

type Props = { lines: Line[] | undefined; error: Error | null; retry: () => unknown; zone: string };

function Lines({ lines, error, retry, zone }: Props) {
  return (
    <Card>
      <h2 className={styles.sectionTitle}>What happened</h2>
      {!lines && !error && <SkeletonRows rows={2} height="44px" />}
      {!lines && error && <QueryProblem error={error} retry={retry} />}
      {lines && (
        <ol className={styles.timeline}>
          {lines.map(({ at, tone, words, said, cause }, index) => {
            const Icon = icons[tone];
            return (
              <li key={index}>
                <Icon className={styles[tone]} aria-hidden />
                <div>
                  {words.trim()}
                  {cause && <span className={styles.cause}>{cause}</span>}
                  {said && <q className={styles.said}>{said}</q>}
                  <time dateTime={at}>{momentText(at, zone)}</time>
                </div>
              </li>
            );
          })}
        </ol>
      )}
    </Card>
  );
}
