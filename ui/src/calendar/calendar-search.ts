/** What the calendar shows, as the address of the page says it: a day or a week, the one in which a date lies. */
export type CalendarSearch = { view?: 'day'; date?: string; host?: string; type?: string };

/** What an address asks for, without what cannot be asked for. A week is shown unless a day is wanted. */
export function calendarSearchOf(raw: Record<string, unknown>): CalendarSearch {
  const { view, date, host, type } = raw;
  return {
    ...(view === 'day' && { view }),
    ...(typeof date === 'string' && isDay(date) && { date }),
    ...(typeof host === 'string' && /^mem_\w+$/.test(host) && { host }),
    ...(typeof type === 'string' && /^evt_\w+$/.test(type) && { type }),
  };
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}
