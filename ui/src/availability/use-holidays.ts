import { useQueries } from '@tanstack/react-query';
import { holidaysQuery, type Holiday, type HolidayRegion } from '../api/availability.ts';

/** The public holidays of this year and the next, where a region is chosen. */
export function useHolidays(region: HolidayRegion | null): { data: Holiday[]; error: Error | null; loading: boolean } {
  const year = new Date().getFullYear();
  const years = useQueries({ queries: region ? [year, year + 1].map((one) => holidaysQuery(region, one)) : [] });
  return {
    data: years.flatMap(({ data = [] }) => data),
    error: years.find(({ error }) => error)?.error ?? null,
    loading: years.some(({ isPending }) => isPending),
  };
}
