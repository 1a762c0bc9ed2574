import { Input } from '@fluentui/react-components';
import { Search20Regular, VideoClip28Regular } from '@fluentui/react-icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { artifactsQuery, type ArtifactKind } from '../api/artifacts.ts';
import { useSettled } from '../attendees/use-settled.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { rowsOf, ShowMore } from '../parts/show-more.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { cityOf } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { kindWords } from './artifact-words.ts';
import { FoundLines } from './found-lines.tsx';
import { SessionDays } from './session-rows.tsx';
import { sessionsOf } from './sessions.ts';
import styles from './recordings.module.css';

const route = getRouteApi('/recordings');

/** What is left of the meetings: recordings, transcripts, attendance; and one search through everything that was said. */
export function RecordingsPage() {
  const { kind, q = '' } = route.useSearch();
  const { member } = useMe();
  return (
    <Page
      title="Recordings"
      lead={`Recordings of your meetings, what was said in them, and who was there. Times are those of ${cityOf(member.timeZone)}.`}
    >
      <div className={styles.tools}>
        <SearchBox q={q} kind={kind} />
        <Kinds kind={kind} searching={q !== ''} />
      </div>
      {q === '' ? <List kind={kind} zone={member.timeZone} /> : <FoundLines q={q} zone={member.timeZone} />}
    </Page>
  );
}

function SearchBox({ q, kind }: { q: string; kind: ArtifactKind | undefined }) {
  const navigate = route.useNavigate();
  const [text, setText] = useState(q);
  const [asked, setAsked] = useState(q);
  const settled = useSettled(text);
  if (q !== asked) {
    // It changed elsewhere, such as by going back.
    setAsked(q);
    setText(q);
  }
  useEffect(() => {
    if (settled === asked || settled !== text.trim()) return;
    setAsked(settled);
    const search = { ...(kind && { kind }), ...(settled !== '' && { q: settled }) };
    void navigate({ search, replace: true, resetScroll: false });
  }, [settled, asked, text, kind, navigate]);
  return (
    <search className={styles.search}>
      <Input
        type="search"
        value={text}
        maxLength={200}
        aria-label="Search what was said in all transcripts"
        placeholder="Search what was said"
        contentBefore={<Search20Regular aria-hidden />}
        onChange={(_, { value }) => setText(value)}
      />
    </search>
  );
}

const choices: { kind: ArtifactKind | undefined; words: string }[] = [
  { kind: undefined, words: 'Everything' },
  { kind: 'recording', words: kindWords.recording.several },
  { kind: 'transcript', words: kindWords.transcript.several },
  { kind: 'attendance', words: kindWords.attendance.several },
];

/** A search is through transcripts alone; the choice leads back to the list. */
function Kinds({ kind, searching }: { kind: ArtifactKind | undefined; searching: boolean }) {
  return (
    <nav className={styles.kinds} aria-label="What to list">
      {choices.map((choice) => (
        <Link
          key={choice.words}
          to="/recordings"
          search={choice.kind ? { kind: choice.kind } : {}}
          activeOptions={{ exact: true }}
          aria-current={choice.kind === kind && !searching ? 'true' : undefined}
          replace
          resetScroll={false}
        >
          {choice.words}
        </Link>
      ))}
    </nav>
  );
}

function List({ kind, zone }: { kind: ArtifactKind | undefined; zone: string }) {
  const list = useInfiniteQuery({ ...artifactsQuery({ kind }), refetchInterval: 15_000 });
  if (!list.data) {
    return list.error ? (
      <QueryProblem error={list.error} retry={list.refetch} />
    ) : (
      <SkeletonRows rows={5} height="84px" />
    );
  }
  const sessions = sessionsOf(rowsOf(list.data));
  if (sessions.length === 0) return kind ? <NoneOfKind kind={kind} /> : <NothingYet />;
  return (
    <>
      <SessionDays sessions={sessions} zone={zone} />
      <ShowMore list={list} />
    </>
  );
}

function NoneOfKind({ kind }: { kind: ArtifactKind }) {
  const words = kind === 'attendance' ? 'attendance reports' : kindWords[kind].several.toLowerCase();
  return (
    <EmptyState
      icon={VideoClip28Regular}
      title={`No ${words} yet`}
      action={
        <Link to="/recordings" search={{}}>
          Show everything
        </Link>
      }
    >
      Each kind is switched on for itself, and Microsoft makes each at its own pace. The page of a meeting says how its
      own stand.
    </EmptyState>
  );
}

function NothingYet() {
  const { mayManage } = useMe();
  return (
    <EmptyState
      icon={VideoClip28Regular}
      title="Nothing is recorded yet"
      action={
        mayManage && (
          <span className={styles.ways}>
            <Link to="/microsoft-365/setup">Switch them on in the setup guide</Link>
            <Link to="/microsoft-365/diagnostics">See what is in the way</Link>
          </span>
        )
      }
    >
      When a meeting is over, Parley brings its recording, its transcript and its attendance here, within minutes or
      hours, as Microsoft makes them.{' '}
      {mayManage
        ? 'The first step is to allow each of them for an organization, and to record a meeting in Teams.'
        : 'An administrator of this workspace switches each of them on.'}
    </EmptyState>
  );
}
