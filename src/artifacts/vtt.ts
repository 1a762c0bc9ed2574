import { plainText } from './cue-text.ts';

/** What somebody said, with its times from the beginning of the transcript; negative where talking began before. */
export type TranscriptLine = { startsMs: number; endsMs: number; speaker: string | null; text: string };

/** `faults`: how many pieces of the document could not be read, and are not among the lines. */
export type Transcript = { lines: TranscriptLine[]; faults: number };

/** No meeting has more; cues behind so many lines are only counted, or showing them would hold up everybody. */
const mostLines = 100_000;
/** Longer lines are cut into several: PostgreSQL indexes no line without bounds, and nobody reads one. */
const longestLine = 2000;
const longestName = 200;
/** Longer than any line of times, with all the settings that there are. */
const longestTimes = 1000;
/** What a column of the type `integer` holds. */
const mostMs = 2 ** 31 - 1;

/**
 * Reads WebVTT as Graph gives transcripts (contract 5.2): cues with `<v Name>`, or plain ones. It follows
 * https://www.w3.org/TR/webvtt1/ where it can, and reads on behind whatever it cannot understand. Never throws; takes
 * time in proportion to the text; its texts hold nothing that PostgreSQL could not store.
 */
export function parseVtt(text: string): Transcript {
  const transcript: Transcript = { lines: [], faults: 0 };
  for (const block of blocksOf(text.toWellFormed())) {
    if (block.kind === 'unreadable') transcript.faults += 1;
    if (block.kind === 'cue') addCue(transcript, block);
  }
  return transcript;
}

type Times = { startsMs: number; endsMs: number };
type Cue = { kind: 'cue'; payload: string[] } & Times;
type Block = Cue | { kind: 'aside' | 'unreadable' };

/** Cues, and the blocks between them. A line of times always begins a cue, even where a blank line is missing. */
function* blocksOf(text: string): Generator<Block> {
  let cue: Cue | undefined;
  let between: string[] = [];
  for (const line of linesOf(text)) {
    const times = timesOf(line);
    const isBlank = line === '' || (!cue && line.trim() === '');
    if (times === undefined && !isBlank) {
      // Of what is no cue, two lines tell what it is.
      if (cue) cue.payload.push(line);
      else if (between.length < 2) between.push(line);
      continue;
    }
    if (cue) yield cue;
    else yield* blockBetween(between, times !== undefined);
    cue = times && { kind: 'cue', payload: [], ...times };
    between = [];
  }
  if (cue) yield cue;
  else yield* blockBetween(between, false);
}

/** What stood before a cue, or alone. One line right before the times is the cue's name. */
function* blockBetween([first, second]: string[], beforeTimes: boolean): Generator<Block> {
  if (first === undefined || (beforeTimes && second === undefined && !first.includes('-->'))) return;
  yield { kind: /^(?:\uFEFF?WEBVTT|NOTE|STYLE|REGION)(?:[\t ]|$)/.test(first) ? 'aside' : 'unreadable' };
}

function* linesOf(text: string): Generator<string> {
  const lineBreak = /\r\n|\r|\n/g;
  let from = 0;
  for (let found = lineBreak.exec(text); found !== null; found = lineBreak.exec(text)) {
    yield text.slice(from, found.index);
    from = lineBreak.lastIndex;
  }
  yield text.slice(from);
}

/** The times of `0:0:0.0 --> 0:0:5.320 align:start`; settings behind them are for screens, and skipped. */
function timesOf(line: string): Times | undefined {
  const arrow = line.indexOf('-->');
  if (arrow < 0 || line.length > longestTimes) return undefined;
  const startsMs = msOf(line.slice(0, arrow).trim());
  const endsMs = msOf(/\S+/.exec(line.slice(arrow + 3))?.[0] ?? '');
  if (startsMs === undefined || endsMs === undefined) return undefined;
  return { startsMs, endsMs: Math.max(startsMs, endsMs) };
}

/**
 * `00:00:16.246` and its short forms, in milliseconds. How Graph writes negative ones is not documented: the sign may
 * stand in front, or at each part, as a programmer's time span prints them.
 */
function msOf(text: string): number | undefined {
  const parts = /^([-−]?)(?:(\d{1,5}):)?([-−]?)(\d{1,5}):([-−]?)(\d{1,5})(?:[.,]([-−]?)(\d{1,9}))?$/.exec(text);
  if (!parts) return undefined;
  const [, before, hours = '0', ofMinutes, minutes = '0', ofSeconds, seconds = '0', ofFraction, fraction = '0'] = parts;
  const size = (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000 + fractionMs(fraction);
  if (size > mostMs) return undefined;
  const negative = [before, ofMinutes, ofSeconds, ofFraction].some(Boolean);
  return negative && size > 0 ? -size : size;
}

function fractionMs(digits: string): number {
  return Number(digits.slice(0, 3).padEnd(3, '0'));
}

function addCue(transcript: Transcript, { startsMs, endsMs, payload }: Cue): void {
  if (transcript.lines.length >= mostLines) {
    transcript.faults += 1;
    return;
  }
  for (const { speaker, text } of spokenIn(payload.join('\n')))
    for (const piece of piecesOf(text)) transcript.lines.push({ startsMs, endsMs, speaker, text: piece });
}

/** What each voice of a cue says. A voice lasts until its end tag or the next voice; text outside has no speaker. */
function* spokenIn(payload: string): Generator<{ speaker: string | null; text: string }> {
  const voice = /<v(?:\.[^\s>]*)?(?:\s([^>]*))?>|<\/v\s*>/gi;
  // Behind the last “>” no tag ends, and looking for its end from each “<” would take for ever.
  const tagged = payload.slice(0, payload.lastIndexOf('>') + 1);
  let speaker: string | null = null;
  let from = 0;
  const until = (end: number) => ({ speaker, text: plainText(payload.slice(from, end)) });
  for (let tag = voice.exec(tagged); tag !== null; tag = voice.exec(tagged)) {
    const spoken = until(tag.index);
    if (spoken.text !== '') yield spoken;
    speaker = nameOf(tag[1]);
    from = voice.lastIndex;
  }
  const rest = until(payload.length);
  if (rest.text !== '') yield rest;
}

function nameOf(annotation: string | undefined): string | null {
  return pieceOf(plainText(annotation ?? ''), longestName) || null;
}

function* piecesOf(text: string): Generator<string> {
  for (let rest = text; rest !== '';) {
    const piece = pieceOf(rest, longestLine);
    yield piece.trimEnd();
    rest = rest.slice(piece.length).trimStart();
  }
}

/** The beginning of a text: up to its last blank where there is one, never through a character of two halves. */
function pieceOf(text: string, most: number): string {
  if (text.length <= most) return text;
  const blank = text.lastIndexOf(' ', most);
  const end = blank > most / 2 ? blank : most;
  return text.slice(0, /[\uD800-\uDBFF]/.test(text[end - 1] ?? '') ? end - 1 : end);
}
