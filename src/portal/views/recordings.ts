import { html } from 'hono/html';
import { icon } from '../../http/icons.ts';
import type { Html } from '../../http/pages.ts';
import { frame, whenView } from '../../http/sheet.ts';
import { sharedWords, type SharedKinds } from '../shared.ts';

export type LineModel = {
  /** When it is said, from the beginning of the recording. */
  seconds: number;
  speaker: string | null;
  text: string;
  /** Where it was found what somebody looks for. */
  matches: [from: number, to: number][];
};

export type StretchModel = {
  number: number;
  player: { url: string; captions: string | undefined } | undefined;
  downloads: { text: string; url: string }[];
  transcript: { language: string | undefined; isCut: boolean; lines: LineModel[] } | undefined;
};

export type RecordingsModel = {
  workspaceName: string;
  path: string;
  title: string;
  hostName: string;
  when: string;
  kinds: SharedKinds;
  query: string;
  /** Whether there is a word in the query; all lines are shown otherwise. */
  hasWords: boolean;
  stretches: StretchModel[];
};

/** What was recorded of an appointment. Everything on it works without scripts. */
export function recordingsPage(model: RecordingsModel): Html {
  const { workspaceName, path, title, hostName, when, kinds, stretches } = model;
  const heading = sharedWords(kinds);
  return frame({
    title: `${heading}: ${title}, ${when}`,
    width: 'narrow',
    robots: 'noindex',
    content: html`<header class="intro">
        <p class="workspace"><bdi>${workspaceName}</bdi></p>
        <h1>${heading}</h1>
        <p class="when">${whenView(when)}</p>
        <p class="host"><bdi>${title}</bdi> with <bdi>${hostName}</bdi></p>
      </header>
      ${stretches.map((stretch) => stretchView(stretch, model))}
      <p class="for elsewhere">
        <a href="${path}">All your appointments with <bdi>${workspaceName}</bdi></a>
      </p>`,
  });
}

function stretchView({ number, player, downloads, transcript }: StretchModel, model: RecordingsModel): Html {
  const several = model.stretches.length > 1;
  const isFirstWritten = number === model.stretches.find((one) => one.transcript)?.number;
  return html`<section class="stretch" aria-label="${several ? `Part ${number}` : sharedWords(model.kinds)}">
    ${several && html`<h2>Part ${number} of ${model.stretches.length}</h2>`}
    ${player && playerView(player, number, model)}
    <div class="downloads">
      <span id="downloads-${number}">Download</span>
      <ul aria-labelledby="downloads-${number}">
        ${downloads.map(({ text, url }) => html`<li><a href="${url}" download>${text}</a></li>`)}
      </ul>
    </div>
    ${isFirstWritten && searchView(model)} ${transcript && transcriptView(transcript, { number, player }, model)}
  </section>`;
}

type Player = NonNullable<StretchModel['player']>;

function playerView({ url, captions }: Player, number: number, { title }: RecordingsModel): Html {
  return html`<video
      id="player-${number}"
      controls
      playsinline
      preload="metadata"
      src="${url}"
      aria-label="Recording: ${title}"
    >
      ${captions !== undefined && html`<track kind="captions" src="${captions}" label="Transcript" />`}
    </video>
    <p class="notice problem" data-unplayable="player-${number}" role="alert" hidden>
      ${icon('warning')}<span>The recording cannot be played at the moment. Load this page again, or download it.</span>
    </p>`;
}

function searchView(model: RecordingsModel): Html {
  const { query } = model;
  return html`<form class="search" id="search" role="search" method="get" action="#search">
    <label for="q">Search the transcript</label>
    <div>
      <input id="q" name="q" type="search" maxlength="200" dir="auto" value="${query}" />
      <button type="submit">Search</button>
    </div>
    ${query !== '' && html`<p role="status">${foundView(model)}</p>`}
  </form>`;
}

function foundView({ query, hasWords, stretches }: RecordingsModel): Html {
  if (!hasWords) return html`Type a word that was said. Here is everything.`;
  const count = stretches.reduce((sum, { transcript }) => sum + (transcript?.lines.length ?? 0), 0);
  const all = html`<a href="?">Show everything</a>`;
  if (count === 0) return html`“<bdi>${query}</bdi>” was not said. ${all}`;
  return html`${count === 1 ? 'One line' : `${count} lines`} with “<bdi>${query}</bdi>”. ${all}`;
}

/** Transcripts with more lines are laid out where they are looked at. */
const longFrom = 300;

type Written = NonNullable<StretchModel['transcript']>;

function transcriptView(
  { language, isCut, lines }: Written,
  { number, player }: Pick<StretchModel, 'number' | 'player'>,
  { query }: RecordingsModel,
): Html {
  const lang = language === undefined ? '' : html` lang="${language}"`;
  const jump = player && { number, query };
  return html`<ol class="transcript ${lines.length > longFrom && 'long'}" data-player="player-${number}" ${lang}>
      ${lines.map((line, index) => lineView(line, lines[index - 1]?.speaker, jump))}
    </ol>
    ${isCut && html`<p class="quiet">The transcript goes on: download it to read the rest, and to search in it.</p>`}`;
}

/** One line; who speaks is said where that changes. */
function lineView(
  { seconds, speaker, text, matches }: LineModel,
  before: string | null | undefined,
  jump: { number: number; query: string } | undefined,
): Html {
  const clock = clockText(seconds);
  const moment = jump
    ? html`<a class="moment" href="${momentUrl(jump, seconds)}" data-seek="${seconds}"
        ><span class="unseen" lang="en">Play from </span>${clock}</a
      >`
    : html`<span class="moment">${clock}</span>`;
  return html`<li>
    ${moment}
    <p dir="auto">
      ${speaker !== null && speaker !== before && html`<b><bdi>${speaker}</bdi></b> `}${marked(text, matches)}
    </p>
  </li>`;
}

/** Without scripts, the page comes back with its player at that moment. */
function momentUrl({ number, query }: { number: number; query: string }, seconds: number): string {
  const parameters = new URLSearchParams({ ...(query !== '' && { q: query }), part: `${number}`, t: `${seconds}` });
  return `?${parameters.toString()}#player-${number}`;
}

function marked(text: string, matches: LineModel['matches']): Html {
  const ends = [0, ...matches.map(([, to]) => to)];
  return html`${matches.map(([from, to], index) => html`${text.slice(ends[index], from)}<mark>${text.slice(from, to)}</mark>`)}${text.slice(ends.at(-1))}`;
}

/** `1:05`, or `1:00:05` from an hour on. */
function clockText(seconds: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}
