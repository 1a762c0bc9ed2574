/** What the entities of WebVTT stand for, with the few others that programs write. */
const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  lrm: '\u200E',
  rlm: '\u200F',
};

/**
 * The words of a cue's payload on one line: tags dropped, entities read once, and without characters that nobody sees
 * or that would turn the text around them.
 */
export function plainText(payload: string): string {
  return cleaned(withoutEntities(withoutTags(payload)));
}

/** Drops `<b>`, `</c.loud>` and `<00:00:01.000>`, and keeps a `<` that begins no tag. */
function withoutTags(payload: string): string {
  return payload.replace(/<(?:\/|[a-z]|\d)[^<>]{0,1000}>|<\/>/gi, '');
}

function withoutEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi, (found, decimal, hexadecimal, name) => {
    if (name !== undefined) return entities[String(name).toLowerCase()] ?? found;
    const code = decimal === undefined ? Number.parseInt(String(hexadecimal), 16) : Number(decimal);
    return code <= 0x10_ffff ? String.fromCodePoint(code) : '\uFFFD';
  });
}

/** Overrides and isolates of the direction of text, byte order marks, halves of characters. */
const harmful = /[\u202A-\u202E\u2066-\u2069\uFEFF\p{Cs}]/gu;
const blanks = /[\p{Cc}\s]+/gu;

function cleaned(text: string): string {
  return withoutHeaps(text.replace(harmful, '')).replace(blanks, ' ').trim().normalize('NFC');
}

/**
 * Heaps of accents cut to 30, which is more than any writing has (UAX 15, 12.1): bringing a heap into its order would
 * take for ever.
 */
function withoutHeaps(text: string): string {
  if (!/\p{M}{31}/u.test(text)) return text;
  let heap = 0;
  let end = -1;
  return text.replace(/\p{M}/gu, (mark, at: number) => {
    heap = at === end ? heap + 1 : 1;
    end = at + mark.length;
    return heap > 30 ? '' : mark;
  });
}
