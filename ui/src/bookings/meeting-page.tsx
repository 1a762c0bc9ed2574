import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { usePollingInterval } from '../api/live.ts';
import { meetingQuery } from '../api/queries.ts';
import { Card, Facts, Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useNow } from '../parts/use-now.ts';
import { momentText } from '../parts/when.ts';
import { MeetingArtifacts } from '../recordings/meeting-artifacts.tsx';
import { useMe } from '../shell/me.ts';
import styles from './bookings.module.css';
import { useHowMade } from './how-made.tsx';
import { MeetingPanel } from './meeting-panel.tsx';
import { isMoving } from './meeting-state.ts';
import { OutlookLink } from './outlook-link.tsx';
import { MeetingTimeline } from './timeline.tsx';

const route = getRouteApi('/meetings/$id');

/** One meeting that another program asked for. It is moved and cancelled by that program. */
export function MeetingPage() {
  const { id } = route.useParams();
  const now = useNow();
  const { member } = useMe();
  const poll = usePollingInterval();
  const { data, error, refetch } = useQuery({
    ...meetingQuery(id),
    // What is announced while the page is still on its way may pass it by.
    refetchInterval: ({ state: { data: shown } }) => (shown && isMoving(shown) ? 5000 : poll),
  });
  const howMade = useHowMade(data);
  const back = { link: { to: '/bookings', search: { show: 'meetings' } }, words: 'Other meetings' } as const;
  if (!data) {
    return (
      <Page title="Meeting" back={back}>
        {error ? <QueryProblem error={error} retry={refetch} /> : <SkeletonRows rows={2} height="180px" />}
      </Page>
    );
  }
  const other = { zone: data.timeZone, words: 'In its own zone' };
  const invited = data.attendees.map(({ name, email }) => (name ? `${name} (${email})` : email)).join(', ');
  return (
    <Page title={data.subject} back={back}>
      <div className={styles.columns}>
        <div className={styles.side}>
          <Card label="Meeting">
            <MeetingPanel
              meeting={data}
              over={data.wanted === 'cancelled' || new Date(data.end).getTime() < now}
              zones={{ own: member.timeZone, other }}
            />
            <hr className={styles.divider} />
            <Facts
              rows={[
                ['Invited', invited || 'Nobody yet'],
                ['Your id', data.externalId ? <code key="id">{data.externalId}</code> : 'None'],
                ...howMade,
                ['Made', momentText(data.createdAt, member.timeZone)],
                ...(data.webLink
                  ? [['Outlook', <OutlookLink key="outlook" url={data.webLink} />] as [string, React.ReactNode]]
                  : []),
              ]}
            />
          </Card>
          <MeetingArtifacts meeting={data} now={now} />
        </div>
        <MeetingTimeline meeting={data} zone={member.timeZone} />
      </div>
    </Page>
  );
}
