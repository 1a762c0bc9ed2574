import type { RecordingContent } from './artifacts.ts';
import { byteRange } from './byte-range.ts';
import { lengthOf, readContent } from './film.ts';

export type ContentAnswer = {
  status: 200 | 206 | 416;
  headers: Record<string, string>;
  content?: ReadableStream<Uint8Array>;
};

/** A recording's bytes, all of them or those that a `Range` header asks for. */
export function contentAnswer(content: RecordingContent, rangeHeader: string | null): ContentAnswer {
  const length = lengthOf(content);
  const range = byteRange(rangeHeader, length);
  const contentType = content.kind === 'video' ? 'video/mp4' : content.contentType;
  const headers = { 'Content-Type': contentType, 'Accept-Ranges': 'bytes' };
  if (range === 'unsatisfiable') return { status: 416, headers: { 'Content-Range': `bytes */${length}` } };
  if (range === 'whole') {
    return {
      status: 200,
      headers: { ...headers, 'Content-Length': String(length) },
      content: readContent(content, 0, length - 1),
    };
  }
  return {
    status: 206,
    headers: {
      ...headers,
      'Content-Length': String(range.to - range.from + 1),
      'Content-Range': `bytes ${range.from}-${range.to}/${length}`,
    },
    content: readContent(content, range.from, range.to),
  };
}
