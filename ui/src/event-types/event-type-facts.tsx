import type { EventType } from '../api/queries.ts';
import { Card, Facts } from '../parts/page.tsx';
import sheets from '../parts/sheets.module.css';
import { count, cityOf, dayText, durationText } from '../parts/when.ts';
import { weekdayNames, weekdays, type TimeRange } from './draft.ts';
import { optionLines } from './meeting-options.ts';
import { WeekStrip } from './week-strip.tsx';

/** An event type for people who may not change it. */
export function EventTypeFacts({ eventType, host }: { eventType: EventType; host: string }) {
  const { schedule, timeZone } = eventType;
  const rules: [string, React.ReactNode][] = [
    [
      'Booking page',
      <a key="page" href={eventType.bookingUrl} target="_blank" rel="noopener" children={eventType.bookingUrl} />,
    ],
    ['Host', host],
    ['Description', eventType.description || 'None'],
    ['Length', durationText(eventType.durationMinutes)],
    ['A start time every', durationText(eventType.slotStepMinutes)],
    ['Free time before', durationText(eventType.bufferBeforeMinutes)],
    ['Free time after', durationText(eventType.bufferAfterMinutes)],
    ['Notice', durationText(eventType.minNoticeMinutes)],
    ['How far ahead', count(eventType.horizonDays, 'day')],
    ['Who owns the meeting', eventType.organizer === 'operator' ? 'The operator' : 'The default organizer'],
    ['Kind of meeting', eventType.meetingKind === 'calendar' ? 'In the calendar' : 'On no calendar'],
    ['Meeting options', optionLines(eventType.meetingOptions).join('; ') || 'As the organizer’s policy has them'],
  ];
  const days = weekdays.map((day): [string, string] => [weekdayNames[day], rangesText(schedule[day])]);
  const dates = schedule.overrides.map(({ date, ranges }): [string, string] => [
    dayText(`${date}T12:00:00Z`, 'UTC'),
    rangesText(ranges),
  ]);
  return (
    <div className={sheets.form}>
      <Card label="Event type">
        <Facts rows={rules} />
      </Card>
      <section className={sheets.group} aria-label="Hours">
        <h2>Hours ({cityOf(timeZone)})</h2>
        <WeekStrip schedule={schedule} />
        <Facts rows={[...days, ...dates]} />
      </section>
    </div>
  );
}

function rangesText(ranges: TimeRange[]): string {
  return ranges.map(({ from, to }) => `${from}–${to}`).join(', ') || 'Closed';
}
