const shows = ['hours', 'time-off', 'feed'] as const;
export type AvailabilityPart = (typeof shows)[number];
export type AvailabilitySearch = { show?: AvailabilityPart; member?: string; week?: string };
export type WhyNotSearch = { eventType?: string; member?: string; date?: string };

/** What an address below `/availability` asks for; the week of whoever is signed in if it names nothing. */
export function availabilitySearchOf({ show, member, week }: Record<string, unknown>): AvailabilitySearch {
  const part = shows.find((one) => one === show);
  return {
    ...(part && { show: part }),
    ...memberOf(member),
    ...(isDate(week) && { week }),
  };
}

/** What an address of *Why not?* asks for. */
export function whyNotSearchOf({ eventType, member, date }: Record<string, unknown>): WhyNotSearch {
  return {
    ...(typeof eventType === 'string' && /^evt_\w+$/.test(eventType) && { eventType }),
    ...memberOf(member),
    ...(isDate(date) && { date }),
  };
}

function memberOf(member: unknown): { member?: string } {
  return typeof member === 'string' && /^mem_\w+$/.test(member) ? { member } : {};
}

function isDate(text: unknown): text is string {
  return typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}
