import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, ask, type Answer } from './client.ts';
import { ApiError, unreachable } from './problem.ts';

export type Artifact = Answer<typeof api.artifacts.$get>['data'][number];
export type ArtifactKind = Artifact['kind'];
export type MeetingArtifacts = Answer<(typeof api.meetings)[':id']['artifacts']['$get']>;
export type Capture = MeetingArtifacts['captures'][number];
export type ArtifactSettings = Answer<(typeof api)['artifact-settings']['$get']>;
export type ArtifactSettingsChange = Parameters<(typeof api)['artifact-settings']['$patch']>[0]['json'];
export type TranscriptLine = {
  position: number;
  startMs: number;
  endMs: number;
  speaker: string | null;
  text: string;
  matches: [number, number][];
};
export type AttendanceRecord = {
  name: string | null;
  email: string | null;
  objectId: string | null;
  role: string | null;
  totalSeconds: number;
  intervals: { joinedAt: string; leftAt: string; seconds: number }[];
};
export type FoundLine = Pick<Artifact, 'meetingId' | 'subject' | 'startedAt'> &
  Pick<TranscriptLine, 'position' | 'startMs' | 'speaker' | 'text' | 'matches'> & { artifactId: string };
type Paged<Row> = { data: Row[]; nextCursor: string | null };

async function call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const response = await fetch(path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new ApiError(unreachable, { cause });
  });
  if (!response.ok) throw await ApiError.from(response);
  return (response.status === 204 ? null : await response.json()) as T;
}

const asked = (query: Record<string, string | number | undefined>) =>
  new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ).toString();

const paging = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor ?? undefined,
};

export type ArtifactFilter = { kind?: ArtifactKind | undefined };

/** What is left of meetings, the newest first, page by page. */
export const artifactsQuery = ({ kind }: ArtifactFilter = {}) =>
  infiniteQueryOptions({
    queryKey: ['artifacts', 'list', kind ?? 'all'],
    queryFn: ({ pageParam: cursor }) =>
      ask(api.artifacts.$get({ query: { limit: 60, ...(kind && { kind }), cursor } })),
    ...paging,
  });

export const artifactQuery = (id: string) =>
  queryOptions({
    queryKey: ['artifacts', 'one', id],
    queryFn: () => ask(api.artifacts[':id'].$get({ param: { id } })),
  });

/** How the search for each kind stands at a meeting, and what was found. */
export const meetingArtifactsQuery = (meetingId: string) =>
  queryOptions({
    queryKey: ['meetings', meetingId, 'artifacts'],
    queryFn: () => ask(api.meetings[':id'].artifacts.$get({ param: { id: meetingId } })),
  });

/** Looks at Microsoft now; the answer comes when that is done, or after a quarter of a minute. */
export const refreshArtifacts = (meetingId: string) =>
  ask(api.meetings[':id'].artifacts.refresh.$post({ param: { id: meetingId } }, { headers: { prefer: 'wait=15' } }));

/** What was said, line by line; `q` marks the words of a search in it. A transcript never changes. */
export const transcriptQuery = (id: string, q = '') =>
  queryOptions({
    queryKey: ['artifacts', 'transcript', id, q],
    queryFn: () =>
      call<{ data: TranscriptLine[]; matches: number }>(
        'GET',
        `/v1/artifacts/${id}/transcript?${asked({ q: q || undefined })}`,
      ),
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  });

export const attendanceQuery = (id: string) =>
  queryOptions({
    queryKey: ['artifacts', 'attendance', id],
    queryFn: async () => (await call<{ data: AttendanceRecord[] }>('GET', `/v1/artifacts/${id}/attendance`)).data,
  });

/** Lines of all transcripts that hold the words, the latest meeting first. */
export const foundLinesQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ['artifacts', 'search', q],
    queryFn: ({ pageParam: cursor }) => call<Paged<FoundLine>>('GET', `/v1/transcript-search?${asked({ q, cursor })}`),
    placeholderData: keepPreviousData,
    ...paging,
  });

/** An address that plays a recording for a while, without a session. */
export const makeLink = (id: string) => ask(api.artifacts[':id'].links.$post({ param: { id }, json: {} }));

export const deleteArtifact = (id: string) => ask(api.artifacts[':id'].$delete({ param: { id } }));

type Format = 'vtt' | 'text' | 'csv';

/** Where the browser gets the file of an artifact. */
export function downloadAddress(id: string, format?: Format): string {
  return `/v1/artifacts/${id}/content?${asked({ as: 'download', format })}`;
}

export const holdBooking = (id: string, reason: string) =>
  call<unknown>('POST', `/v1/bookings/${id}/legal-hold`, { reason });
export const liftHold = (id: string) => call<unknown>('DELETE', `/v1/bookings/${id}/legal-hold`);

/** What the workspace does with what is left of its meetings. */
export const artifactSettingsQuery = queryOptions({
  queryKey: ['artifact-settings'],
  queryFn: () => ask(api['artifact-settings'].$get()),
});

export const changeArtifactSettings = (json: ArtifactSettingsChange) => ask(api['artifact-settings'].$patch({ json }));

/** How many of a kind are older than an instant: at least so many, where `more`. */
export const olderQuery = (kind: ArtifactKind, to: string) =>
  queryOptions({
    queryKey: ['artifacts', 'older', kind, to],
    queryFn: async () => {
      const { data, nextCursor } = await ask(api.artifacts.$get({ query: { kind, to, limit: 200 } }));
      return { number: data.filter(({ held }) => !held).length, more: nextCursor !== null };
    },
  });
