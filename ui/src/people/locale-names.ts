/** The languages that Parley writes in, each by its own name. */
export const localeNames: ReadonlyMap<string, string> = new Map([
  ['en', 'English'],
  ['de', 'Deutsch'],
  ['fr', 'Français'],
  ['es', 'Español'],
]);
