import { Button, Switch } from '@fluentui/react-components';
import { Add20Regular, CalendarAdd28Regular, Open20Regular } from '@fluentui/react-icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { api, ask } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';
import { connectionsQuery, eventTypesQuery, membersQuery, type EventType, type Member } from '../api/queries.ts';
import { CopyButton } from '../parts/copy.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { Page } from '../parts/page.tsx';
import { ProblemView, QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { useMe } from '../shell/me.ts';
import { draftOf } from './draft.ts';
import styles from './event-types.module.css';
import { hostingState } from './hosting.ts';
import { lengthsText } from './setting-words.ts';

/** What visitors can book, with the link to each booking page. */
export function EventTypesPage() {
  const { mayManage } = useMe();
  const { data, error, refetch } = useQuery(eventTypesQuery);
  const lead =
    'Each event type has its own booking page: a title, a length, and the hours in which visitors can choose a time.';
  const action = mayManage && data && data.length > 0 && <NewButton />;
  return (
    <Page title="Event types" lead={lead} action={action}>
      {!data && !error && <SkeletonRows rows={3} height="124px" />}
      {!data && error && <QueryProblem error={error} retry={refetch} />}
      {data?.length === 0 && (
        <EmptyState icon={CalendarAdd28Regular} title="Nothing can be booked yet" action={mayManage && <NewButton />}>
          {mayManage
            ? 'Make an event type, such as “Intro call, 30 minutes”, and send its link to the people who should book.'
            : 'An administrator of this workspace makes event types.'}
        </EmptyState>
      )}
      {data && data.length > 0 && (
        <ul className={sheets.rows}>
          {data.map((eventType) => (
            <Row key={eventType.id} eventType={eventType} />
          ))}
        </ul>
      )}
    </Page>
  );
}

function NewButton() {
  const navigate = useNavigate();
  return (
    <Button appearance="primary" icon={<Add20Regular />} onClick={() => void navigate({ to: '/event-types/new' })}>
      New event type
    </Button>
  );
}

function Row({ eventType }: { eventType: EventType }) {
  const { mayManage } = useMe();
  const { data: connections } = useQuery(connectionsQuery);
  const { data: members } = useQuery(membersQuery);
  const turn = useTurning(eventType);
  const { id, title, bookingUrl, active } = eventType;
  return (
    <li className={styles.row}>
      <div>
        <h2 className={sheets.name}>
          <Link to="/event-types/$id" params={{ id }}>
            {title}
          </Link>
        </h2>
        <p className={styles.facts}>{summaryOf(eventType, members)}</p>
      </div>
      {mayManage && (
        <Switch
          checked={active}
          disabled={turn.isPending}
          onChange={(_, { checked }) => turn.mutate(checked)}
          label={active ? 'On' : 'Off'}
          labelPosition="before"
          input={{ 'aria-label': `Bookings for ${title}` }}
        />
      )}
      {turn.error && (
        <div role="alert" className={styles.link}>
          <ProblemView problem={problemOf(turn.error)} />
        </div>
      )}
      <div className={styles.link}>
        {connections && members ? <StateLabel {...hostingState(eventType, { connections, members })} /> : '\u00a0'}
      </div>
      <BookingLink title={title} url={bookingUrl} />
    </li>
  );
}

/** `30 or 60 minutes with Dana Reyes and 2 others, once somebody approves` */
function summaryOf(eventType: EventType, members: Member[] | undefined): string {
  const [first, ...others] = eventType.operatorIds.map((id) => members?.find((one) => one.id === id)?.name);
  const rest = others.length === 1 ? others[0] : `${others.length} others`;
  const joint = eventType.assignment === 'collective' ? 'and' : 'or';
  return [
    lengthsText(eventType),
    first && `with ${first}${others.length > 0 ? ` ${joint} ${rest}` : ''}`,
    eventType.capacity > 1 && `for up to ${eventType.capacity} visitors`,
  ]
    .filter(Boolean)
    .join(' ')
    .concat(eventType.needsApproval ? ', once somebody approves' : '');
}

function BookingLink({ title, url }: { title: string; url: string }) {
  return (
    <div className={styles.link}>
      <a href={url} target="_blank" rel="noopener">
        {url.replace(/^https?:\/\//, '')}
      </a>
      <CopyButton text={url} what={`the booking link of ${title}`} words="Copy link" />
      <Button
        as="a"
        appearance="subtle"
        icon={<Open20Regular />}
        href={url}
        target="_blank"
        rel="noopener"
        aria-label={`Open the booking page of ${title}`}
      >
        Open
      </Button>
    </div>
  );
}

/** Switches an event type on or off; the list shows it at once and goes back if the server refuses. */
function useTurning(eventType: EventType) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (active: boolean) =>
      ask(api['event-types'][':id'].$put({ param: { id: eventType.id }, json: { ...draftOf(eventType), active } })),
    onSuccess: (changed) =>
      queries.setQueryData(eventTypesQuery.queryKey, (all) =>
        all?.map((one) => (one.id === changed.id ? changed : one)),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ['event-types'] }),
  });
}
