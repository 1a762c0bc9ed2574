import { History24Regular } from '@fluentui/react-icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { auditQuery, type AuditEntry, type AuditSearch } from '../api/audit.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { rowsOf, ShowMore } from '../parts/show-more.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { AuditCheck } from './audit-check.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { auditSearchOf } from './audit-search.ts';
import { actionText, actorKindText, actorText, detailText, subjectText } from './audit-words.ts';
import styles from './monitoring.module.css';

const route = getRouteApi('/monitoring/audit');

/** Who did what to recordings, transcripts and attendance; and whether the log of it is what was written. */
export function AuditPage() {
  return (
    <Page
      title="Audit"
      lead="Who opened, downloaded, shared, deleted or kept recordings, transcripts and attendance reports. Nobody can change an entry here."
    >
      <ManagersOnly>
        <div className={sheets.stack}>
          <Entries />
          <AuditCheck />
        </div>
      </ManagersOnly>
    </Page>
  );
}

function Entries() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const zone = useMe().member.timeZone;
  const list = useInfiniteQuery(auditQuery(search, zone));
  const rows = list.data && rowsOf(list.data);
  const filtered = Object.keys(search).length > 0;
  if (rows?.length === 0 && !filtered) {
    return (
      <EmptyState icon={History24Regular} title="Nothing on record yet">
        As soon as somebody opens, downloads or shares what is left of a meeting, or is refused it, there is an entry
        here.
      </EmptyState>
    );
  }
  return (
    <section className={sheets.group} aria-label="Entries">
      <AuditFilters
        search={search}
        change={(changes) =>
          void navigate({ search: auditSearchOf({ ...search, ...changes }), replace: true, resetScroll: false })
        }
      />
      {!rows && list.error && <QueryProblem error={list.error} retry={list.refetch} />}
      {!rows && !list.error && <SkeletonRows rows={5} height="52px" />}
      {rows?.length === 0 && <p className={sheets.quiet}>No entry is like this. Choose something else, or show all.</p>}
      {rows && rows.length > 0 && <Table rows={rows} />}
      {rows && <ShowMore list={list} />}
    </section>
  );
}

function Table({ rows }: { rows: AuditEntry[] }) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
          <th scope="col">About</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.id} entry={row} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ entry }: { entry: AuditEntry }) {
  const search = route.useSearch();
  const zone = useMe().member.timeZone;
  const moment = (instant: string) => momentText(instant, zone);
  const detail = detailText(entry, moment);
  const kind = actorKindText(entry);
  return (
    <tr>
      <td className={styles.when}>{moment(entry.at)}</td>
      <td>
        <Only search={{ ...search, actor: entry.actor.id }} words={actorText(entry)} />
        {kind && <span className={styles.under}>{kind}</span>}
      </td>
      <th scope="row">
        {actionText(entry.action)}
        {detail && <span className={styles.under}>{detail}</span>}
      </th>
      <td>
        <About entry={entry} />
      </td>
    </tr>
  );
}

/** A name that shows only its entries when it is clicked. */
function Only({ search, words }: { search: AuditSearch; words: string }) {
  return (
    <Link to="/monitoring/audit" search={search} replace resetScroll={false} className={styles.only}>
      {words}
      <span className="visually-hidden">: only these entries</span>
    </Link>
  );
}

function About({ entry }: { entry: AuditEntry }) {
  const words = subjectText(entry);
  if (!words) return <code>{entry.subjectId}</code>;
  const { artifactKind = null, bookingId = null, meetingId = null } = entry.subject ?? {};
  if (artifactKind !== null && entry.subjectId !== null)
    return (
      <Link to="/recordings/$artifactId" params={{ artifactId: entry.subjectId }}>
        {words}
      </Link>
    );
  if (bookingId !== null)
    return (
      <Link to="/bookings/$id" params={{ id: bookingId }}>
        {words}
      </Link>
    );
  if (meetingId === null) return words;
  return (
    <Link to="/meetings/$id" params={{ id: meetingId }}>
      {words}
    </Link>
  );
}
