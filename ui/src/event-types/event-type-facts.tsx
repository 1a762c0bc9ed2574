import type { EventType } from '../api/queries.ts';
import { rangesText, weekdayNames, weekdays } from '../availability/schedule.ts';
import { WeekStrip } from '../availability/week-strip.tsx';
import { Card, Facts } from '../parts/page.tsx';
import sheets from '../parts/sheets.module.css';
import { cityOf, dayText } from '../parts/when.ts';
import { draftOf } from './draft.ts';
import {
  assignments,
  busySentence,
  changesSentence,
  hoursSentence,
  lengthsText,
  mailSentence,
  meetingSentence,
  optionsSentence,
  timesSentence,
} from './setting-words.ts';

/** An event type for people who may not change it. */
export function EventTypeFacts({ eventType, operators }: { eventType: EventType; operators: string[] }) {
  const draft = draftOf(eventType);
  const who = assignments.find(({ value }) => value === draft.assignment)?.words;
  const rules: [string, React.ReactNode][] = [
    [
      'Booking page',
      <a key="page" href={eventType.bookingUrl} target="_blank" rel="noopener" children={eventType.bookingUrl} />,
    ],
    ['Operators', operators.join(', ')],
    ...(operators.length > 1 ? [['Who meets the visitor', who] satisfies [string, React.ReactNode]] : []),
    ['Description', draft.description || 'None'],
    ['Length', lengthsText(draft)],
    ['Hours', hoursSentence(draft)],
    ['Times and limits', timesSentence(draft)],
    ['What counts as busy', busySentence(draft)],
    ['Approval and changes', changesSentence(draft)],
    ['Invitations and reminders', mailSentence(draft)],
    ['The Teams meeting', meetingSentence(draft)],
    ['Meeting options', optionsSentence(draft)],
  ];
  return (
    <div className={sheets.form}>
      <Card label="Event type">
        <Facts rows={rules} />
      </Card>
      {draft.schedule && <OwnHours schedule={draft.schedule} zone={draft.timeZone} />}
    </div>
  );
}

function OwnHours({ schedule, zone }: { schedule: NonNullable<EventType['schedule']>; zone: string }) {
  const days = weekdays.map((day): [string, string] => [weekdayNames[day], rangesText(schedule[day])]);
  const dates = schedule.overrides.map(({ date, ranges }): [string, string] => [
    dayText(`${date}T12:00:00Z`, 'UTC'),
    rangesText(ranges),
  ]);
  return (
    <section className={sheets.group} aria-label="Hours">
      <h2>Hours ({cityOf(zone)})</h2>
      <WeekStrip schedule={schedule} />
      <Facts rows={[...days, ...dates]} />
    </section>
  );
}
