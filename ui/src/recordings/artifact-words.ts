import type { Artifact, ArtifactKind, Capture } from '../api/artifacts.ts';
import type { State } from '../parts/state-label.tsx';
import { count, dayText, durationText } from '../parts/when.ts';
import { momentOf } from './moment.ts';

type KindWords = { name: string; several: string; of: string };

export const kindWords: Record<ArtifactKind, KindWords> = {
  recording: { name: 'Recording', several: 'Recordings', of: 'recording' },
  transcript: { name: 'Transcript', several: 'Transcripts', of: 'transcript' },
  attendance: { name: 'Attendance', several: 'Attendance', of: 'attendance report' },
};

/** How the search for one kind stands, in a word or two; the sentence beside it says the rest. */
export const captureStates: Record<Capture['state'], State> = {
  waiting: { tone: 'waiting', words: 'Waiting' },
  ready: { tone: 'good', words: 'Ready' },
  none: { tone: 'quiet', words: 'None' },
  refused: { tone: 'problem', words: 'Refused' },
  off: { tone: 'quiet', words: 'Switched off' },
  not_possible: { tone: 'quiet', words: 'Not possible' },
};

/** Where one artifact is, and whether it is safe there. */
export function artifactState({ deletedAt, storage, problem }: Artifact, zone: string): State {
  if (deletedAt) return { tone: 'quiet', words: `Deleted on ${dayText(deletedAt, zone)}` };
  if (storage === 'stored') return { tone: 'good', words: 'In your own storage' };
  if (storage === 'database') return { tone: 'good', words: 'Kept by Parley' };
  if (problem) return { tone: 'problem', words: 'Could not be copied' };
  if (storage === 'fetching') return { tone: 'waiting', words: 'Being copied' };
  return { tone: 'good', words: 'Played from Microsoft' };
}

/** What is worth knowing of an artifact before it is opened: `31:04`, `English`, `4 people`. */
export function artifactGist({ kind, startedAt, endedAt, transcript, attendance }: Artifact): string {
  if (kind === 'attendance') return attendance ? people(attendance.participants) : '';
  if (kind === 'transcript' && transcript?.language) return languageName(transcript.language);
  return endedAt ? momentOf(Date.parse(endedAt) - Date.parse(startedAt)) : '';
}

export function people(number: number): string {
  return number === 1 ? '1 person' : `${number.toLocaleString('en')} people`;
}

/** `German` for `de-DE`; a language that the browser does not know keeps its tag. */
export function languageName(tag: string): string {
  try {
    return (
      new Intl.DisplayNames('en', { type: 'language', languageDisplay: 'standard' }).of(tag.split('-')[0] ?? tag) ?? tag
    );
  } catch {
    return tag;
  }
}

/** `1.2 MB`, as systems count that sell storage: in thousands. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let [size, unit] = [bytes, 0];
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

/** `45 seconds`, `31 minutes`, `1 hour 2 minutes`: how long somebody was there. */
export function stayText(seconds: number): string {
  return seconds < 60 ? count(seconds, 'second') : durationText(Math.round(seconds / 60));
}

/** What a look at Microsoft has brought, compared with what was known before it. */
export function foundSentence(before: Capture[], after: Capture[]): string {
  const found = after.flatMap(({ kind, found: now }) => {
    const more = now - (before.find((capture) => capture.kind === kind)?.found ?? 0);
    return more > 0 ? [count(more, kindWords[kind].of)] : [];
  });
  if (found.length > 0) return `Found ${listOf(found)}.`;
  const unseen = after.some(
    ({ kind, state, checkedAt }) =>
      (state === 'waiting' || state === 'ready' || state === 'none') &&
      checkedAt === before.find((capture) => capture.kind === kind)?.checkedAt,
  );
  if (unseen) return 'Parley is still looking. What it finds shows here by itself.';
  const looked = after.filter(({ state }) => state !== 'off' && state !== 'not_possible');
  if (looked.length > 0 && looked.every(({ state }) => state === 'refused'))
    return 'Microsoft refused. What is in the way is said below.';
  return 'Microsoft has nothing new.';
}

function listOf(words: string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
