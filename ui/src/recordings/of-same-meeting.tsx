import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { meetingArtifactsQuery, type Artifact } from '../api/artifacts.ts';
import { Card } from '../parts/page.tsx';
import { useMe } from '../shell/me.ts';
import { ArtifactList } from './artifact-list.tsx';
import { sessionsOf } from './sessions.ts';
import styles from './recordings.module.css';

type Props = { artifact: Artifact; shown: string[] };

/** The way to the meeting, and to what else is left of it. */
export function OfSameMeeting({ artifact: { meetingId, bookingIds }, shown }: Props) {
  const zone = useMe().member.timeZone;
  const { data } = useQuery(meetingArtifactsQuery(meetingId));
  const others = data?.data.filter(({ id, deletedAt }) => !shown.includes(id) && deletedAt === null) ?? [];
  const [booking] = bookingIds;
  return (
    <Card label="The meeting">
      <div className={styles.meetingCard}>
        <h2 className={styles.cardTitle}>The meeting</h2>
        <ArtifactList artifacts={sessionsOf(others).flatMap(({ artifacts }) => artifacts)} zone={zone} />
        <p className={styles.meetingLink}>
          {booking ? (
            <Link to="/bookings/$id" params={{ id: booking }}>
              {bookingIds.length > 1 ? `The first of its ${bookingIds.length} bookings` : 'Its booking'}
            </Link>
          ) : (
            <Link to="/meetings/$id" params={{ id: meetingId }}>
              The page of the meeting
            </Link>
          )}
        </p>
      </div>
    </Card>
  );
}
