/** `0:05`, `12:30`, `1:02:03`: a place in a recording; before its beginning with a minus. */
export function momentOf(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (number: number) => String(number).padStart(2, '0');
  const clock = hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
  return ms < 0 && seconds > 0 ? `−${clock}` : clock;
}

/** `12 minutes 30 seconds`: the same for ears. */
export function spokenMoment(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const parts = [
    [Math.floor(seconds / 3600), 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ] as const;
  const words = parts
    .filter(([number]) => number > 0)
    .map(([number, unit]) => `${number} ${unit}${number === 1 ? '' : 's'}`);
  return words.length === 0 ? 'the beginning' : `${words.join(' ')}${ms < 0 ? ' before the beginning' : ''}`;
}

type Timed = { startMs: number; endMs: number };

/** The line that is spoken at a moment, or was spoken last; `-1` before the first. Lines are in the order of their starts. */
export function lineAt(lines: readonly Timed[], ms: number): number {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.startMs ?? Infinity) <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** How much later than its recording a transcript begins: added to the time of a line, it is the moment in the video. */
export function shiftOf(transcript: { startedAt: string }, recording: { startedAt: string }): number {
  return Date.parse(transcript.startedAt) - Date.parse(recording.startedAt);
}
