import { Button, Field, Input, Select } from '@fluentui/react-components';
import { ChevronLeft20Regular, ChevronRight20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { scheduleQuery, whyNotQuery } from '../api/availability.ts';
import { eventTypesQuery, type EventType, type Member } from '../api/queries.ts';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { cityOf, count, dayKey, dayText } from '../parts/when.ts';
import { AvailabilityFrame } from './availability-frame.tsx';
import styles from './availability.module.css';
import { DayStrip } from './day-strip.tsx';
import { ReasonTable } from './reason-table.tsx';
import { runsOf } from './reason-words.ts';
import { dateAfter } from './schedule.ts';

const route = getRouteApi('/availability/why-not');

/** For an operator and a day: each time with the reason that visitors can choose it or not, and the way out. */
export function WhyNotPage() {
  const { member } = route.useSearch();
  return (
    <AvailabilityFrame memberId={member} shown="why-not">
      {(operator) => <Question key={operator.id} operator={operator} />}
    </AvailabilityFrame>
  );
}

function Question({ operator }: { operator: Member }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(eventTypesQuery);
  if (!data) return error ? <QueryProblem error={error} retry={refetch} /> : <SkeletonRows rows={1} height="420px" />;
  const theirs = data.filter(({ operatorIds }) => operatorIds.includes(operator.id));
  const eventType = theirs.find(({ id }) => id === search.eventType) ?? theirs[0];
  const date = search.date ?? dayKey(Date.now(), operator.timeZone);
  const go = (changes: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...changes }), replace: true, resetScroll: false });
  return (
    <section className={sheets.group} aria-label="Why not?">
      <h2>Why not?</h2>
      <p className={styles.below}>
        Why visitors can choose a time with {operator.name} on a day, or cannot, and what to do about it.
      </p>
      <div className={styles.question}>
        <Field label="Event type">
          <Select
            value={eventType?.id ?? ''}
            disabled={!eventType}
            onChange={(_, { value }) => go({ eventType: value })}
          >
            {theirs.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </Select>
        </Field>
        <DayField date={date} choose={(next) => go({ date: next })} />
      </div>
      {eventType ? (
        <Answer eventType={eventType} operator={operator} date={date} />
      ) : (
        <p className={sheets.quiet}>{operator.name} takes the bookings of no event type yet.</p>
      )}
    </section>
  );
}

function DayField({ date, choose }: { date: string; choose: (date: string) => void }) {
  return (
    <Field label="Day">
      {(field) => (
        <div className={styles.dayField}>
          <Button
            icon={<ChevronLeft20Regular />}
            appearance="subtle"
            aria-label="The day before"
            onClick={() => choose(dateAfter(date, -1))}
          />
          <Input {...field} type="date" value={date} onChange={(_, { value }) => value !== '' && choose(value)} />
          <Button
            icon={<ChevronRight20Regular />}
            appearance="subtle"
            aria-label="The day after"
            onClick={() => choose(dateAfter(date, 1))}
          />
        </div>
      )}
    </Field>
  );
}

type AnswerProps = { eventType: EventType; operator: Member; date: string };

function Answer({ eventType, operator, date }: AnswerProps) {
  const { data: own } = useQuery(scheduleQuery(operator.id));
  const { data, error, refetch } = useQuery(whyNotQuery(eventType.id, operator.id, date));
  if (!data) return error ? <QueryProblem error={error} retry={refetch} /> : <SkeletonRows rows={4} height="48px" />;
  // Days and times are those of the clock by which the hours are.
  const zone = eventType.schedule ? eventType.timeZone : (own?.timeZone ?? operator.timeZone);
  const runs = runsOf(data);
  const offered = data.filter(({ reason }) => reason === 'offered').length;
  const day = dayText(`${date}T12:00:00Z`, 'UTC');
  return (
    <>
      <p className={styles.sum} role="status">
        {offered > 0 ? `${count(offered, 'time')} of “${eventType.title}” ` : `No time of “${eventType.title}” `}
        can be chosen on {day}. Times are those in {cityOf(zone)}.
      </p>
      {runs.length > 0 && <DayStrip runs={runs} zone={zone} />}
      {runs.length > 0 && <ReasonTable runs={runs} zone={zone} eventType={eventType} operator={operator} />}
    </>
  );
}
