/** Letters of scripts that put no blanks between words, or add endings without one, as Korean does. */
const unspaced =
  /[[\p{scx=Han}\p{scx=Bopo}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}\p{scx=Yiii}]&&[\p{L}\p{M}\p{N}]]+/gv;

/**
 * The words of a text as they are indexed and looked for: in small letters, with blanks for everything else. As long as
 * the text, so that a place in one is the same place in the other, and so plain that PostgreSQL cuts it into the same
 * words in every database, whatever its locale.
 */
export function wordsOf(text: string): string {
  const letters = text.replace(/[^\p{L}\p{M}\p{N}]/gu, (sign) => ' '.repeat(sign.length));
  return smallLetters(letters).replace(unspaced, (run) => ' '.repeat(run.length));
}

/** What stands without blanks in a text: looked for by its characters, not by words. */
export function runsOf(text: string): string[] {
  return smallLetters(text).match(unspaced) ?? [];
}

/** Pairs of characters that follow each other, and the last one: what a part of a run is found by. */
export function pairsOf(run: string): string[] {
  const characters = Array.from(run);
  return characters.map((character, at) => character + (characters[at + 1] ?? ''));
}

const accents = /[\u0300-\u036F\u0653-\u0655]/g;
const strokes: Record<string, string> = { ø: 'o', ł: 'l', đ: 'd', ı: 'i' };

/** Words without accents, for those who type none; as long as they were. */
export function withoutAccents(words: string): string {
  return words.replace(/[^\p{ASCII}]/gu, (letter) => {
    const base = strokes[letter] ?? letter.normalize('NFD').replace(accents, '');
    return base.length === letter.length ? base : letter;
  });
}

/** Small letters, but for the few whose small form is longer. */
function smallLetters(text: string): string {
  const small = text.toLowerCase();
  if (small.length === text.length) return small;
  const one = (letter: string) => (letter.toLowerCase().length === letter.length ? letter.toLowerCase() : letter);
  return Array.from(text, one).join('');
}
