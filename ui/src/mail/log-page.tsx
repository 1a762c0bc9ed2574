import { Mail24Regular } from '@fluentui/react-icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { emailsQuery, type Email } from '../api/mail.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { rowsOf, ShowMore } from '../parts/show-more.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { MailFrame } from './mail-frame.tsx';
import { letterName, mailFilters, mailState } from './mail-words.ts';
import styles from './mail.module.css';

const route = getRouteApi('/settings/mail');

/** Every mail that was sent or is on its way, the latest first. */
export function MailLogPage() {
  return (
    <MailFrame>
      <Log />
    </MailFrame>
  );
}

function Log() {
  const { status } = route.useSearch();
  const list = useInfiniteQuery({ ...emailsQuery({ status }), refetchInterval: 10_000 });
  const rows = list.data && rowsOf(list.data);
  if (rows?.length === 0 && !status) {
    return (
      <EmptyState icon={Mail24Regular} title="No mail yet">
        As soon as Parley writes to somebody, the letter is here, with what became of it. Nothing is written while no
        mail server is configured.
      </EmptyState>
    );
  }
  return (
    <section className={sheets.group} aria-label="Sent mail">
      <nav className={styles.filters} aria-label="Which mail">
        {mailFilters.map((filter) => (
          <Link
            key={filter.words}
            to="/settings/mail"
            search={filter.status ? { status: filter.status } : {}}
            activeOptions={{ exact: true }}
            aria-current={filter.status === status ? 'true' : undefined}
            replace
            resetScroll={false}
          >
            {filter.words}
          </Link>
        ))}
      </nav>
      {!rows && list.error && <QueryProblem error={list.error} retry={list.refetch} />}
      {!rows && !list.error && <SkeletonRows rows={5} height="52px" />}
      {rows?.length === 0 && (
        <p className={sheets.quiet}>{mailFilters.find((filter) => filter.status === status)?.none}</p>
      )}
      {rows && rows.length > 0 && <Table rows={rows} />}
      {rows && <ShowMore list={list} />}
    </section>
  );
}

function Table({ rows }: { rows: Email[] }) {
  const zone = useMe().member.timeZone;
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Written</th>
          <th scope="col">Letter</th>
          <th scope="col">To</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((email) => (
          <tr key={email.id}>
            <td className={styles.when}>{momentText(email.createdAt, zone)}</td>
            <th scope="row">
              <Link to="/settings/mail/$id" params={{ id: email.id }}>
                {email.subject}
              </Link>
              <span className={styles.under}>{letterName(email.template)}</span>
            </th>
            <td>{email.recipient}</td>
            <td>
              <StateLabel {...mailState(email, zone)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
