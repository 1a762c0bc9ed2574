import type { HolidayRegion } from '../database/schema.ts';
import { dateText, dayNumber } from './instant-text.ts';

/** A whole day on which a country or one of its regions does not work. */
export type Holiday = { date: string; name: string };

/** A country by its ISO 3166-1 code, and the ISO 3166-2 codes of regions whose holidays differ, without the country. */
export type HolidayCountry = { country: string; name: string; regions: { region: string; name: string }[] };

/**
 * What was worked out, by country, region and year: calendars of holidays cannot change while the process runs, so this
 * memory is no state that anybody could see.
 */
const known = new Map<string, Holiday[]>();
const mostKnown = 500;
const language = 'en';

/** The public holidays of a year, in order; none for a region that is not known. */
export async function holidaysOf({ country, region }: HolidayRegion, year: number): Promise<Holiday[]> {
  const key = `${country} ${region ?? ''} ${year}`;
  const found = known.get(key);
  if (found) return found;
  if (known.size >= mostKnown) known.clear();
  const Holidays = await calendar();
  const holidays = (await isHolidayRegion({ country, region }))
    ? new Holidays({ country, ...(region && { state: region }) }, { types: ['public'], languages: [language] })
        .getHolidays(year)
        .flatMap(({ date, start, end, name }) => wholeDays(date, end.getTime() - start.getTime(), name))
    : [];
  known.set(key, holidays);
  return holidays;
}

/** Every country that has holidays, by its name. */
export async function listHolidayCountries(): Promise<HolidayCountry[]> {
  const Holidays = await calendar();
  const all = new Holidays();
  return Object.entries(all.getCountries(language))
    .map(([country, name]) => ({
      country,
      name,
      regions: Object.entries(all.getStates(country, language) ?? {})
        .map(([region, regionName]) => ({ region, name: regionName }))
        .toSorted((a, b) => a.name.localeCompare(b.name, language)),
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name, language));
}

/** Whether there are holidays for a region. */
export async function isHolidayRegion({ country, region }: HolidayRegion): Promise<boolean> {
  const Holidays = await calendar();
  const all = new Holidays();
  if (!Object.hasOwn(all.getCountries(language), country)) return false;
  return region === undefined || Object.hasOwn(all.getStates(country, language) ?? {}, region);
}

/** Loaded when somebody first asks: it is large, and many never do. */
async function calendar() {
  return (await import('date-holidays')).default;
}

const hourMs = 60 * 60_000;

/** A holiday begins on the day of its date, also where it is kept from the evening before; afternoons are worked days. */
function wholeDays(date: string, lengthMs: number, name: string): Holiday[] {
  const first = dayNumber(date.slice(0, 10));
  // Clocks that change make a day an hour shorter.
  const count = Math.floor((lengthMs + hourMs) / (24 * hourMs));
  return Array.from({ length: count }, (_, at) => ({ date: dateText(first + at), name }));
}
