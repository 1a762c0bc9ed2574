/** Words that somebody looks for, as they are compared. */
export function wordsIn(query: string): string[] {
  return plain(query)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/**
 * Where words stand in a text, as ranges that do not overlap; nothing unless all of them are there. A word is found by
 * its beginning, and accents do not matter.
 */
export function placesOf(text: string, words: readonly string[]): [from: number, to: number][] {
  const found = words.map((word) => rangesOf(plain(text), word));
  if (found.some((ranges) => ranges.length === 0)) return [];
  const merged: [number, number][] = [];
  for (const [from, to] of found.flat().toSorted(([one], [other]) => one - other)) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

function rangesOf(text: string, word: string): [number, number][] {
  const ranges: [number, number][] = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length))
    if (!/[\p{L}\p{N}]$/u.test(text.slice(Math.max(0, at - 2), at)) || isUnspaced(word))
      ranges.push([at, at + word.length]);
  return ranges;
}

/** Written without blanks between words, so that a word begins anywhere. */
function isUnspaced(word: string): boolean {
  return /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}]/u.test(word);
}

/** Small letters without accents, each where it was: a place in one is the same place in the other. */
function plain(text: string): string {
  return Array.from(text, (letter) => {
    const base = letter.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    return base.length === letter.length ? base : letter;
  }).join('');
}
