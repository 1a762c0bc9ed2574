import type { Cue } from './artifacts.ts';

/** What the two say while the film lasts: 20 seconds. */
const talk: [startsMs: number, endsMs: number, text: string][] = [
  [300, 2100, 'Good morning, can you hear me?'],
  [2400, 4300, 'Yes, very well. Good morning.'],
  [4700, 7600, 'I am recording this, so that you can look at it again later.'],
  [7900, 9600, 'That is fine with me, thank you.'],
  [9900, 12_400, 'Then let us begin with your application.'],
  [12_700, 15_500, 'Gladly. When is the deadline, and whom do I send it to?'],
  [15_800, 18_200, 'On the first of December. Send it to the admissions office.'],
  [18_400, 19_800, 'I will do that. Good-bye.'],
];
const ROUND_MS = 20_000;

/** A conversation of these people. The first speaks first; `lines` beyond the eight of the film go on after it. */
export function dialogue(speakers: string[], lines = talk.length): Cue[] {
  return Array.from({ length: lines }, (_, index) => {
    const [startsMs, endsMs, text] = talk[index % talk.length] ?? [0, 0, ''];
    const shift = Math.floor(index / talk.length) * ROUND_MS;
    const speaker = speakers[index % Math.max(speakers.length, 1)] ?? 'Guest';
    return { startsMs: startsMs + shift, endsMs: endsMs + shift, speaker, text };
  });
}
