import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { DataKeys } from '../access/workspace-keys.ts';
import { parseRange, rangeWithin, type ByteRange, type RangeSpec } from '../http/byte-range.ts';
import { contentDisposition } from '../http/content-disposition.ts';
import { largeBody } from '../http/large-body.ts';
import { problemResponse } from '../http/problems.ts';
import type { Log } from '../log.ts';
import type { MeetingRow } from '../meetings/meeting.ts';
import type { MailboxDeps } from '../organizers/mailbox.ts';
import { Problem } from '../problem.ts';
import type { ArtifactRow } from './artifact.ts';
import { writeAttendanceCsv } from './attendance.ts';
import { openAtMicrosoft, type OpenedRecording } from './capture/open-recording.ts';
import { blobOf } from './capture/store-recording.ts';
import type { SealedBlobs } from './storage/sealed-blobs.ts';
import { readTranscriptDocument, readTranscriptLines, transcriptAsText } from './transcripts.ts';

export type ContentDeps = MailboxDeps & { now: () => Date; log: Log; dataKeys: DataKeys; storage: SealedBlobs };
export type ContentFormat = 'vtt' | 'text' | 'csv';

/** What is answered with, whatever part of it is asked for. */
type Content = { form: Form; fileName: string; as: 'view' | 'download' };
type Sized = Content & {
  bytes: number;
  /** Of these very bytes: a part of other ones never follows. */
  etag: string | undefined;
  open: (range: ByteRange) => Promise<ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>>;
};

/**
 * The content of an artifact, or the range of it that is asked for (RFC 9110, section 14). Whether it may be seen was
 * asked before. Throws `not_found` for a deleted one, and what keeps it from being read, before anything is sent.
 */
export async function contentResponse(
  c: Context,
  deps: ContentDeps,
  row: ArtifactRow,
  { as, format }: { as: 'view' | 'download'; format?: ContentFormat | undefined },
): Promise<Response> {
  if (row.deleted_at) throw new Problem('not_found', { detail: 'It was deleted.' });
  const chosen = chooseFormat(row, format);
  const meeting = await deps.db
    .selectFrom('meetings')
    .selectAll()
    .where('id', '=', row.meeting_id)
    .executeTakeFirstOrThrow();
  const content = { as, form: chosen, fileName: fileNameOf(row, meeting, chosen) };
  if (row.kind !== 'recording') {
    const text = await documentOf(deps, row, chosen);
    return sizedResponse(c, { ...content, ...inMemory(text) });
  }
  if (row.stored_at) return sizedResponse(c, { ...content, ...inStorage(deps, row) });
  return proxiedResponse(c, deps, { row, meeting, content });
}

const types = {
  mp4: 'video/mp4',
  vtt: 'text/vtt; charset=utf-8',
  text: 'text/plain; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
};
const extensions = { mp4: 'mp4', vtt: 'vtt', text: 'txt', csv: 'csv' };
const formats = { recording: ['mp4'], transcript: ['vtt', 'text'], attendance: ['csv'] } as const;
type Form = keyof typeof types;

function chooseFormat({ kind }: ArtifactRow, asked: ContentFormat | undefined): Form {
  const known: readonly Form[] = formats[kind];
  const found = asked === undefined ? known[0] : known.find((one) => one === asked);
  if (found) return found;
  const detail = kind === 'transcript' ? 'A transcript is there as vtt and text.' : 'Leave it out: there is only one.';
  throw new Problem('invalid_request', { errors: [{ pointer: '/format', detail }] });
}

/** The subject with the time at which it began, there where the meeting was: several recordings of a day stay apart. */
function fileNameOf(row: ArtifactRow, meeting: MeetingRow, form: Form): string {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: meeting.time_zone, ...options }).format(row.starts_at);
  const day = part({ dateStyle: 'short' });
  const time = part({ timeStyle: 'short' }).replace(':', '.');
  return `${meeting.subject} ${day} ${time}${form === 'csv' ? ' attendance' : ''}`;
}

async function documentOf(deps: ContentDeps, row: ArtifactRow, form: Form): Promise<string> {
  if (form === 'vtt') return readTranscriptDocument(deps, row);
  if (form === 'text') return transcriptAsText(await readTranscriptLines(deps, row));
  const found = await deps.db.selectFrom('artifacts').select('attendance').where('id', '=', row.id).executeTakeFirst();
  if (!found?.attendance) throw new Problem('not_found');
  return writeAttendanceCsv(found.attendance);
}

function inMemory(text: string): Pick<Sized, 'bytes' | 'etag' | 'open'> {
  const bytes = new Uint8Array(Buffer.from(text));
  return {
    bytes: bytes.length,
    etag: etagOf(createHash('sha256').update(bytes).digest()),
    open: async ({ from, to }) => bytes.subarray(from, to + 1),
  };
}

function inStorage(deps: ContentDeps, row: ArtifactRow): Pick<Sized, 'bytes' | 'etag' | 'open'> {
  const bytes = row.bytes ?? 0;
  const onDamage = (error: unknown) =>
    deps.log.error({ operation: 'artifacts', artifactId: row.id, err: error }, 'a stored recording is damaged');
  return {
    bytes,
    etag: row.sha256 ? etagOf(row.sha256) : undefined,
    open: (range) => deps.storage.read({ ...blobOf(row), bytes }, range, onDamage),
  };
}

function etagOf(sha256: Buffer): string {
  return `"${sha256.toString('base64url')}"`;
}

async function sizedResponse(c: Context, content: Sized): Promise<Response> {
  const headers = { ...headersOf(content), ...(content.etag && { ETag: content.etag }) };
  const spec = rangeAskedFor(c, content.etag);
  const range = spec && rangeWithin(spec, content.bytes);
  if (spec && !range) return beyondEnd(c, content.bytes);
  const sent = range ?? { from: 0, to: content.bytes - 1 };
  const length = { 'Content-Length': String(sent.to + 1 - sent.from) };
  if (isHead(c)) return c.body(null, 200, { ...headers, ...length });
  const body = content.bytes === 0 ? new Uint8Array() : await content.open(sent);
  const part = range && { 'Content-Range': contentRange(range, content.bytes) };
  const all = { ...headers, ...length, ...part };
  const status = range ? 206 : 200;
  return body instanceof ReadableStream ? largeBody(c, body, status, all) : c.body(body, status, all);
}

type Proxied = { row: ArtifactRow; meeting: MeetingRow; content: Content };

/** Straight from Microsoft: as fast as it is read, and ended when its reader goes away. */
async function proxiedResponse(c: Context, deps: ContentDeps, { row, meeting, content }: Proxied): Promise<Response> {
  const open = (range?: { from: number; to: number | undefined }) =>
    openAtMicrosoft(deps, { row, meeting, range, signal: c.req.raw.signal });
  const headers = headersOf(content);
  if (isHead(c)) {
    const bytes = await sizeAtMicrosoft(open);
    return c.body(null, 200, { ...headers, ...(bytes !== undefined && { 'Content-Length': String(bytes) }) });
  }
  const spec = rangeAskedFor(c, undefined);
  const range = spec && ('last' in spec ? await fromTheEnd(spec, open) : spec);
  if (range === 'beyond') return beyondEnd(c, await sizeAtMicrosoft(open));
  const opened = await open(range);
  if ('beyondEnd' in opened) return beyondEnd(c, opened.totalBytes);
  if (!range) return largeBody(c, opened.body, 200, { ...headers, ...lengthOf(opened) });
  return partOf(c, opened, range, headers);
}

type Open = (range: { from: number; to: number | undefined }) => Promise<OpenedRecording>;

/** A byte is asked for, and its answer says how many there are. */
async function sizeAtMicrosoft(open: Open): Promise<number | undefined> {
  const opened = await open({ from: 0, to: 0 });
  if ('body' in opened) await opened.body.cancel();
  return opened.totalBytes;
}

/** The last bytes of a recording; all of it where nobody knows how many there are. */
async function fromTheEnd(spec: RangeSpec, open: Open): Promise<ByteRange | 'beyond' | undefined> {
  const bytes = await sizeAtMicrosoft(open);
  return bytes === undefined ? undefined : (rangeWithin(spec, bytes) ?? 'beyond');
}

async function partOf(
  c: Context,
  opened: Exclude<OpenedRecording, { beyondEnd: true }>,
  asked: { from: number; to: number | undefined },
  headers: Record<string, string>,
): Promise<Response> {
  if (opened.partial && opened.to !== undefined) {
    const range = { from: opened.from, to: opened.to };
    const part = { 'Content-Range': contentRange(range, opened.totalBytes), ...lengthOf(opened) };
    return largeBody(c, opened.body, 206, { ...headers, ...part });
  }
  // All of it came: the part is cut out here. A player that has to begin at the end could show nothing otherwise.
  if (opened.totalBytes === undefined) return largeBody(c, opened.body, 200, headers);
  const range = rangeWithin(asked, opened.totalBytes);
  if (!range) {
    await opened.body.cancel();
    return beyondEnd(c, opened.totalBytes);
  }
  const part = {
    'Content-Range': contentRange(range, opened.totalBytes),
    'Content-Length': `${range.to + 1 - range.from}`,
  };
  return largeBody(c, cut(opened.body, range), 206, { ...headers, ...part });
}

/** Reads over what is before a range, and ends the transfer behind it. */
function cut(body: ReadableStream<Uint8Array>, { from, to }: ByteRange): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let position = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          const start = position;
          position += value.length;
          if (position <= from) continue;
          controller.enqueue(value.subarray(Math.max(0, from - start), to + 1 - start));
          if (position <= to) return;
          controller.close();
          return reader.cancel();
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function lengthOf({ from, to }: { from: number; to: number | undefined }): Record<string, string> {
  return to === undefined ? {} : { 'Content-Length': String(to + 1 - from) };
}

/** A range counts for GET only, and only while the content is still the one that the client has a part of (RFC 9110, 13.1.5, 14.2). */
function rangeAskedFor(c: Context, etag: string | undefined): RangeSpec | undefined {
  if (isHead(c)) return undefined;
  const condition = c.req.header('if-range')?.trim();
  if (condition !== undefined && condition !== etag) return undefined;
  return parseRange(c.req.header('range'));
}

function isHead(c: Context): boolean {
  return c.req.method === 'HEAD';
}

function contentRange({ from, to }: ByteRange, bytes: number | undefined): string {
  return `bytes ${from}-${to}/${bytes ?? '*'}`;
}

function beyondEnd(c: Context, bytes: number | undefined): Response {
  c.header('Content-Range', `bytes */${bytes ?? '*'}`);
  c.header('Accept-Ranges', 'bytes');
  c.header('Cache-Control', 'private, no-store');
  return problemResponse(c, new Problem('range_not_satisfiable'));
}

/**
 * It is nobody’s page: whatever is in it, nothing in it runs, and nothing keeps it. A browser that opens a film by itself
 * plays it in a page that loads it again; in a sandbox it may not.
 */
function headersOf({ form, fileName, as }: Content): Record<string, string> {
  return {
    'Content-Type': types[form],
    'Content-Disposition': contentDisposition(as === 'download' ? 'attachment' : 'inline', fileName, extensions[form]),
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, no-store',
    'Content-Security-Policy': form === 'mp4' ? "default-src 'none'; media-src 'self'" : "sandbox; default-src 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
  };
}
