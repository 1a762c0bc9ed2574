import { locales } from '../locale.ts';
/** Which of our languages a browser asks for first (RFC 9110, section 12.5.4). */
export function localeOf(acceptLanguage: string | undefined): 'en' | 'de' | 'fr' | 'es' {
  const wanted = (acceptLanguage ?? '')
    .slice(0, 500)
    .split(',')
    .map((part, index) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const q = parameters.map((text) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(text)?.[1]).find(Boolean);
      return { language: tag.split('-')[0], q: q === undefined ? 1 : Number(q), index };
    })
    .filter(({ q }) => q > 0)
    .toSorted((one, other) => other.q - one.q || one.index - other.index);
  for (const { language } of wanted) {
    const known = locales.find((locale) => locale === language);
    if (known) return known;
  }
  return 'en';
}
