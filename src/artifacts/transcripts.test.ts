import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transcriptAsText } from './transcripts.ts';

const line = (startsMs: number, speaker: string | null, text: string) => ({
  startsMs,
  endsMs: startsMs + 1000,
  speaker,
  text,
});

test('a transcript is text to read: each speaker with the time, and all that they said at once', () => {
  const lines = [
    line(-3500, 'Dana Reyes', 'Is it on?'),
    line(-1000, 'Dana Reyes', 'It is.'),
    line(900, 'Sam Okafor', 'Good morning.'),
    line(3_600_000 * 101 + 61_999, 'Dana Reyes', 'The end.'),
  ];
  assert.equal(
    transcriptAsText(lines),
    'Dana Reyes  -00:00:03\nIs it on? It is.\n\nSam Okafor  00:00:00\nGood morning.\n\nDana Reyes  101:01:01\nThe end.\n',
  );
  assert.equal(transcriptAsText([]), '');
});

test('where nobody is named, there is a paragraph for each minute', () => {
  const lines = [0, 30_000, 59_999, 60_000, 90_000].map((ms) => line(ms, null, `At ${ms}.`));
  assert.equal(transcriptAsText(lines), '00:00:00\nAt 0. At 30000. At 59999.\n\n00:01:00\nAt 60000. At 90000.\n');
});
