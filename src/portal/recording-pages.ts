import { linkPath, defaultLinkMs } from '../artifacts/links.ts';
import { visitorNamed, type SharedWith } from '../artifacts/sharing.ts';
import { recordView } from '../artifacts/viewing.ts';
import { messagePage } from '../http/message.ts';
import { Problem } from '../problem.ts';
import { formatWhen } from '../scheduling/date-text.ts';
import type { DataKey } from '../seal.ts';
import { findSharedMeeting, type SharedMeeting, type Stretch } from './recordings.ts';
import { recordingsPage, type StretchModel } from './views/recordings.ts';
import { askWhoItIs, nextOf, page, visitorOf, type Visit } from './visit.ts';

/** What was recorded of one appointment: the player, what was said, and files to keep. */
export async function showRecordings(visit: Visit): Promise<Response> {
  const { c, deps, portal, path } = visit;
  const bookingId = nextOf(c.req.param('id'));
  const visitor = await visitorOf(visit);
  if (!visitor) return askWhoItIs(visit, { next: bookingId });
  const query = (c.req.query('q') ?? '').trim().slice(0, 200);
  const { meeting, hasWords } = await lookFor(visit, visitor, { bookingId, query });
  if (!meeting) return page(c, messagePage(nothingShared(visitor.email, path)), 404);
  for (const { transcript } of meeting.stretches)
    if (transcript) await recordView(deps, transcript.row, visitorNamed(visitor.email), 'view');
  const dataKey = await deps.dataKeys(visitor.workspaceId);
  const expiresAt = new Date(deps.now().getTime() + defaultLinkMs);
  const look = { moment: momentOf(c.req.query('part'), c.req.query('t')) };
  return page(
    c,
    recordingsPage({
      workspaceName: portal.name,
      path,
      title: meeting.title,
      hostName: meeting.hostName,
      when: formatWhen(meeting.start, meeting.end, meeting.timeZone),
      kinds: kindsOf(meeting),
      query,
      hasWords,
      stretches: meeting.stretches.map((stretch, index) =>
        stretchModel(stretch, { ...look, number: index + 1, linkTo: linksFor(dataKey, visitor, expiresAt) }),
      ),
    }),
  );
}

type Asked = { bookingId: string | undefined; query: string };

/** What is shared, with what somebody looks for in it; all of it where they typed nothing that can be looked for. */
async function lookFor({ deps }: Visit, visitor: SharedWith, { bookingId, query }: Asked) {
  if (bookingId === undefined) return { meeting: undefined, hasWords: false };
  const find = (q: string | undefined) => findSharedMeeting(deps, visitor, { bookingId, query: q });
  if (query === '') return { meeting: await find(undefined), hasWords: false };
  try {
    return { meeting: await find(query), hasWords: true };
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'invalid_request')) throw error;
    return { meeting: await find(undefined), hasWords: false };
  }
}

function nothingShared(email: string, path: string) {
  return {
    heading: 'There is nothing here',
    words: `No recording at this address is shared with ${email}, or not any more. If you were invited under another address, sign out on the page of your appointments and enter that one.`,
    action: { text: 'All your appointments', url: path },
  };
}

function kindsOf({ stretches }: SharedMeeting) {
  return {
    recording: stretches.some(({ recording }) => recording !== undefined),
    transcript: stretches.some(({ transcript }) => transcript !== undefined),
  };
}

type LinkTo = (artifactId: string) => string;

/** Links that open what is on the page, for its reader alone and while they may see it. */
function linksFor(dataKey: DataKey, { workspaceId, email }: SharedWith, expiresAt: Date): LinkTo {
  const audience = { kind: 'visitor', email } as const;
  return (artifactId) => linkPath(dataKey, { workspaceId, artifactId, expiresAt, audience });
}

/** A moment of one of the recordings, in seconds, where somebody without scripts chose one. */
type Moment = { part: number; seconds: number };
type Look = { moment: Moment | undefined; number: number; linkTo: LinkTo };

function momentOf(part: string | undefined, seconds: string | undefined): Moment | undefined {
  const isMoment = /^\d{1,2}$/.test(part ?? '') && /^\d{1,6}$/.test(seconds ?? '');
  return isMoment ? { part: Number(part), seconds: Number(seconds) } : undefined;
}

function stretchModel({ recording, transcript }: Stretch, { moment, number, linkTo }: Look): StretchModel {
  const film = recording && linkTo(recording.id);
  const written = transcript && linkTo(transcript.row.id);
  const from = moment?.part === number ? `#t=${moment.seconds}` : '';
  return {
    number,
    player: film === undefined ? undefined : { url: film + from, captions: written && `${written}?format=vtt` },
    downloads: [
      ...(film === undefined ? [] : [{ text: 'Recording (MP4)', url: `${film}?as=download` }]),
      ...(written === undefined
        ? []
        : [
            { text: 'Transcript (text)', url: `${written}?as=download&format=text` },
            { text: 'Transcript (WebVTT)', url: `${written}?as=download&format=vtt` },
          ]),
    ],
    transcript: transcript && {
      language: languageOf(transcript.row.language),
      isCut: transcript.isCut,
      lines: transcript.lines.map(({ startMs, speaker, text, matches }) => {
        // Before the recording began there is nothing to see.
        return { seconds: Math.max(0, Math.floor(startMs / 1000)), speaker, text, matches };
      }),
    },
  };
}

/** As HTML takes it (BCP 47); Microsoft's word for it is not trusted. */
function languageOf(language: string | null): string | undefined {
  return /^[a-z]{2,3}(-[a-z\d]{2,8})*$/i.exec(language ?? '')?.[0];
}
