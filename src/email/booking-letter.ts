import { compose, type Surroundings } from './compose.ts';
import { plainLines, type EmailContent } from './email.ts';
import type { Button, Letter } from './letter.ts';
import { spanText, textsOf, timeLeftText, type Locale } from './locale.ts';
import { fillLine, type TemplateText } from './template.ts';

export type BookingTemplate =
  | 'requested'
  | 'to_approve'
  | 'approved'
  | 'declined'
  | 'confirmed'
  | 'confirmed_staff'
  | 'rescheduled'
  | 'rescheduled_staff'
  | 'cancelled'
  | 'cancelled_staff'
  | 'reminder'
  | 'link_ready'
  | 'recording_ready';

/** Everything that a letter about a booking may say, already chosen for one reader. */
export type BookingFacts = {
  reader: { name: string; locale: Locale; timeZone: string };
  workspaceName: string;
  eventTitle: string;
  operatorNames: string[];
  visitor: { name: string; email: string; note: string };
  companions: string[];
  start: Date;
  end: Date;
  /** The time before a move, where it is known. */
  before?: { start: Date; end: Date } | undefined;
  /** Of a series, the times that the same letter tells of. */
  furtherTimes?: { start: Date; end: Date }[];
  /** `undefined`: not in Teams. */
  teams: { joinUrl: string | undefined } | undefined;
  reason: string;
  decisionNote: string;
  minutesLeft: number;
  links: {
    manage?: string | undefined;
    approve?: string | undefined;
    decline?: string | undefined;
    console?: string | undefined;
    recording?: string | undefined;
    stopReminders?: string | undefined;
  };
};

/** A letter about a booking, in its reader's language and zone. */
export function bookingLetter(template: BookingTemplate, facts: BookingFacts, text?: TemplateText): EmailContent {
  const { locale, timeZone, name } = facts.reader;
  const { before } = facts;
  return compose({
    template,
    locale,
    text,
    values: {
      'recipient.name': name,
      'visitor.name': facts.visitor.name,
      'visitor.email': facts.visitor.email,
      'visitor.note': facts.visitor.note,
      'operator.names': namesText(facts.operatorNames, locale),
      'eventType.title': facts.eventTitle,
      'workspace.name': facts.workspaceName,
      when: spanText(facts.start, facts.end, timeZone, locale),
      'when.before': before ? spanText(before.start, before.end, timeZone, locale) : '',
      'time.left': timeLeftText(facts.minutesLeft, locale),
      reason: facts.reason,
      'decision.note': facts.decisionNote,
    },
    surroundings: surroundingsOf(template, facts),
  });
}

/** What a calendar calls the booking of its reader. */
export function calendarSummary(
  template: BookingTemplate,
  facts: Pick<BookingFacts, 'eventTitle' | 'operatorNames'> & {
    visitor: Pick<BookingFacts['visitor'], 'name'>;
    reader: Pick<BookingFacts['reader'], 'locale'>;
  },
): string {
  const { words } = textsOf(facts.reader.locale);
  return fillLine(isForStaff(template) ? words.calendarSummaryStaff : words.calendarSummary, {
    'eventType.title': facts.eventTitle,
    'operator.names': namesText(facts.operatorNames, facts.reader.locale),
    'visitor.name': facts.visitor.name,
  });
}

export function isForStaff(template: BookingTemplate): boolean {
  return template === 'to_approve' || template.endsWith('_staff');
}

/** Whether a letter is about a time that will be, so that it helps to say how to get there. */
function isAhead(template: BookingTemplate): boolean {
  return !['declined', 'cancelled', 'cancelled_staff', 'recording_ready'].includes(template);
}

const undecided = new Set<BookingTemplate>(['requested', 'to_approve']);

function surroundingsOf(template: BookingTemplate, facts: BookingFacts): Surroundings {
  const { words } = textsOf(facts.reader.locale);
  const { teams, links } = facts;
  const expectsLink = teams !== undefined && isAhead(template) && !undecided.has(template);
  const hint = template === 'to_approve' ? words.decideHint : undefined;
  return {
    details: detailsOf(template, facts),
    buttons: buttonsOf(template, facts),
    hint: expectsLink && teams.joinUrl === undefined ? words.linkFollows : hint,
    footer: isForStaff(template) ? words.whyOperator : words.whyVisitor,
    ...(links.stopReminders && { footerLink: { label: words.stopReminders, url: links.stopReminders } }),
  };
}

function detailsOf(template: BookingTemplate, facts: BookingFacts): Letter['details'] {
  const { locale, timeZone } = facts.reader;
  const { words } = textsOf(locale);
  const staff = isForStaff(template);
  const { visitor } = facts;
  const further = (facts.furtherTimes ?? []).map(({ start, end }) => spanText(start, end, timeZone, locale));
  const details = [
    { label: words.what, value: facts.eventTitle },
    { label: words.when, value: spanText(facts.start, facts.end, timeZone, locale) },
    { label: words.furtherTimes, value: further.join('\n') },
    { label: words.with, value: staff ? '' : namesText(facts.operatorNames, locale) },
    { label: words.guest, value: staff ? `${visitor.name} (${visitor.email})` : '' },
    { label: words.guests, value: facts.companions.join(', ') },
    { label: words.visitorNote, value: staff ? visitor.note : '' },
    { label: words.where, value: facts.teams && isAhead(template) ? words.teamsMeeting : '' },
  ];
  return details.map(({ label, value }) => ({ label, value: plainLines(value) }));
}

function buttonsOf(template: BookingTemplate, { reader, teams, links }: BookingFacts): Button[] {
  const { words } = textsOf(reader.locale);
  const ahead = isAhead(template) && !undecided.has(template);
  const wanted: [string, string | undefined, boolean?][] = [
    [words.join, ahead ? teams?.joinUrl : undefined, true],
    [words.openRecording, links.recording, true],
    [words.approve, links.approve, true],
    [words.decline, links.decline],
    [words.manage, isAhead(template) ? links.manage : undefined],
    [words.openBooking, links.console],
  ];
  return wanted.flatMap(([label, url, main]) => (url === undefined ? [] : [{ label, url, ...(main && { main }) }]));
}

function namesText(names: string[], locale: Locale): string {
  return new Intl.ListFormat(textsOf(locale).formats, { type: 'conjunction' }).format(names);
}
