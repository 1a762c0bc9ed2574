import { useQuery } from '@tanstack/react-query';
import { attendanceQuery, type Artifact, type AttendanceRecord } from '../api/artifacts.ts';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { cityOf, dayKey, momentText, timeText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { people, stayText } from './artifact-words.ts';
import styles from './recordings.module.css';

/** Who was there, from when to when. Whoever left and came back has several lines. */
export function AttendanceTable({ artifact }: { artifact: Artifact }) {
  const zone = useMe().member.timeZone;
  const { data, error, refetch } = useQuery(attendanceQuery(artifact.id));
  return (
    <section className={sheets.group} aria-labelledby="attendance">
      <h2 id="attendance">Who was there</h2>
      {!data && error && <QueryProblem error={error} retry={refetch} />}
      {!data && !error && <SkeletonRows rows={4} height="44px" />}
      {data?.length === 0 && <p className={sheets.quiet}>Teams has nobody on its list of this meeting.</p>}
      {data && data.length > 0 && <Table records={data} startedAt={artifact.startedAt} zone={zone} />}
    </section>
  );
}

type TableProps = { records: AttendanceRecord[]; startedAt: string; zone: string };

function Table({ records, startedAt, zone }: TableProps) {
  return (
    <table className={styles.table}>
      <caption>
        {people(records.length)}. Times are those of {cityOf(zone)}.
      </caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Role</th>
          <th scope="col">Joined</th>
          <th scope="col">Left</th>
          <th scope="col">There for</th>
        </tr>
      </thead>
      <tbody>
        {records.map((record, index) => (
          <Row key={index} record={record} startedAt={startedAt} zone={zone} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ record, startedAt, zone }: { record: AttendanceRecord; startedAt: string; zone: string }) {
  const { name, email, role, totalSeconds, intervals } = record;
  // The day stands above already, unless the meeting went past midnight.
  const time = (at: string) =>
    dayKey(at, zone) === dayKey(startedAt, zone) ? timeText(at, zone) : momentText(at, zone);
  return (
    <tr>
      <th scope="row">
        {name ?? email ?? 'Somebody without a name'}
        {name && email && <span className={styles.under}>{email}</span>}
      </th>
      <td data-label="Role">{roleWords(role)}</td>
      <td data-label="Joined">
        <Times times={intervals.map(({ joinedAt }) => joinedAt)} text={time} />
      </td>
      <td data-label="Left">
        <Times times={intervals.map(({ leftAt }) => leftAt)} text={time} />
      </td>
      <td data-label="There for">{stayText(totalSeconds)}</td>
    </tr>
  );
}

function Times({ times, text }: { times: string[]; text: (at: string) => string }) {
  if (times.length === 0) return 'Not known';
  return times.map((at, index) => (
    <time key={index} dateTime={at} className={styles.stay}>
      {text(at)}
    </time>
  ));
}

/** Microsoft’s roles in our words; what it may add keeps its name. */
function roleWords(role: string | null): string {
  return role === null || role === 'None' ? 'Not known' : role;
}
