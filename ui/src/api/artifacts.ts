import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, ask, type Answer } from './client.ts';

export type Artifact = Answer<typeof api.artifacts.$get>['data'][number];
export type ArtifactKind = Artifact['kind'];
export type MeetingArtifacts = Answer<(typeof api.meetings)[':id']['artifacts']['$get']>;
export type Capture = MeetingArtifacts['captures'][number];
export type ArtifactSettings = Answer<(typeof api)['artifact-settings']['$get']>;
export type ArtifactSettingsChange = Parameters<(typeof api)['artifact-settings']['$patch']>[0]['json'];
export type TranscriptLine = Answer<(typeof api.artifacts)[':id']['transcript']['$get']>['data'][number];
export type AttendanceRecord = Answer<(typeof api.artifacts)[':id']['attendance']['$get']>['data'][number];
export type FoundLine = Answer<(typeof api)['transcript-search']['$get']>['data'][number];

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
    queryFn: () => ask(api.artifacts[':id'].transcript.$get({ param: { id }, query: q === '' ? {} : { q } })),
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  });

export const attendanceQuery = (id: string) =>
  queryOptions({
    queryKey: ['artifacts', 'attendance', id],
    queryFn: async () => (await ask(api.artifacts[':id'].attendance.$get({ param: { id } }))).data,
  });

/** Lines of all transcripts that hold the words, the latest meeting first. */
export const foundLinesQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ['artifacts', 'search', q],
    queryFn: ({ pageParam: cursor }) => ask(api['transcript-search'].$get({ query: { q, cursor } })),
    placeholderData: keepPreviousData,
    ...paging,
  });

/** An address that plays a recording for a while, without a session. */
export const makeLink = (id: string) => ask(api.artifacts[':id'].links.$post({ param: { id }, json: {} }));

export const deleteArtifact = (id: string) => ask(api.artifacts[':id'].$delete({ param: { id } }));

type Format = 'vtt' | 'text' | 'csv';

/** Where the browser gets the file of an artifact. */
export function downloadAddress(id: string, format?: Format): string {
  return `/v1/artifacts/${id}/content?as=download${format ? `&format=${format}` : ''}`;
}

export const holdBooking = (id: string, reason: string) =>
  ask(api.bookings[':id']['legal-hold'].$post({ param: { id }, json: { reason } }));

export const liftHold = (id: string) => ask(api.bookings[':id']['legal-hold'].$delete({ param: { id } }));

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
