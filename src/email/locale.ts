import { locales, type Locale } from '../locale.ts';
import { de } from './locales/de.ts';
import { en } from './locales/en.ts';
import { es } from './locales/es.ts';
import { fr } from './locales/fr.ts';
import type { TemplateName, TemplateText } from './template.ts';

export { locales, type Locale };

/** Everything that a language must say: a text that is missing does not compile. */
export type LocaleTexts = {
  /** For dates and numbers (BCP 47). */
  formats: string;
  /** The language's own name. */
  name: string;
  templates: Record<TemplateName, TemplateText>;
  words: LetterWords;
};

/** What stands around the words of a letter. `{{…}}` as in the templates. */
export type LetterWords = {
  what: string;
  when: string;
  furtherTimes: string;
  with: string;
  where: string;
  guest: string;
  guests: string;
  visitorNote: string;
  teamsMeeting: string;
  join: string;
  linkFollows: string;
  manage: string;
  approve: string;
  decline: string;
  decideHint: string;
  openBooking: string;
  openConnection: string;
  connectAgain: string;
  goesOnUntilThen: string;
  restsUntilThen: string;
  /** `{{days}}` */
  connectLinkHint: string;
  openRegistration: string;
  openParley: string;
  openRecording: string;
  stopReminders: string;
  /** For calendars: `{{eventType.title}}` and `{{operator.names}}`, or `{{visitor.name}}` for staff. */
  calendarSummary: string;
  calendarSummaryStaff: string;
  whyVisitor: string;
  whyOperator: string;
  whyAdministrator: string;
  /** To somebody whose address was given for a webhook endpoint. */
  whyNamed: string;
  whyConnected: string;
  certificate: string;
  secret: string;
  certificateSteps: string;
  secretSteps: string;
  withinADay: string;
};

const texts: Record<Locale, LocaleTexts> = { en, de, fr, es };

export function textsOf(locale: Locale): LocaleTexts {
  return texts[locale];
}

/** The first language that Parley writes: `de-AT` is German. English where there is none. */
export function chooseLocale(...wanted: (string | null | undefined)[]): Locale {
  for (const tag of wanted) {
    const language = tag?.toLowerCase().split(/[-_]/)[0];
    const found = locales.find((locale) => locale === language);
    if (found) return found;
  }
  return 'en';
}

/**
 * A time in words, in a zone that is named: “Tuesday 24 November 2026, 10:00–10:30 (Central European Standard Time)”.
 * Over midnight both days are named, and where the clocks change during it, both names of the zone.
 */
export function spanText(start: Date, end: Date, timeZone: string, locale: Locale): string {
  const [from, to] = [parts(start, timeZone, locale), parts(end, timeZone, locale)];
  const opening = `${from.day}, ${from.clock}${from.zone === to.zone ? '' : ` (${from.zone})`}`;
  const closing = from.day === to.day ? `–${to.clock}` : ` – ${to.day}, ${to.clock}`;
  return `${opening}${closing} (${to.zone})`;
}

/** An instant in words: “Tuesday 24 November 2026, 10:00 (Central European Standard Time)”. */
export function instantText(instant: Date, timeZone: string, locale: Locale): string {
  const { day, clock, zone } = parts(instant, timeZone, locale);
  return `${day}, ${clock} (${zone})`;
}

/** “in 24 hours”, “in 3 days”: the largest unit that says it well. */
export function timeLeftText(minutes: number, locale: Locale): string {
  const format = new Intl.RelativeTimeFormat(texts[locale].formats, { numeric: 'always' });
  if (minutes < 120) return format.format(Math.max(1, Math.round(minutes)), 'minute');
  if (minutes < 48 * 60) return format.format(Math.round(minutes / 60), 'hour');
  return format.format(Math.round(minutes / (24 * 60)), 'day');
}

function parts(instant: Date, timeZone: string, locale: Locale) {
  const { formats } = texts[locale];
  const day = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone } as const;
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone } as const;
  const named = new Intl.DateTimeFormat(formats, { timeZoneName: 'long', timeZone }).formatToParts(instant);
  return {
    day: new Intl.DateTimeFormat(formats, day).format(instant),
    clock: new Intl.DateTimeFormat(formats, clock).format(instant),
    zone: named.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone,
  };
}
