import { Search28Regular } from '@fluentui/react-icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { foundLinesQuery, type FoundLine } from '../api/artifacts.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { faultAt } from '../parts/form.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { ShowMore } from '../parts/show-more.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { count, momentText } from '../parts/when.ts';
import { Marked } from './marked.tsx';
import { momentOf, spokenMoment } from './moment.ts';
import styles from './recordings.module.css';

/** Every line of all transcripts that holds the words, under its meeting; each leads to its moment. */
export function FoundLines({ q, zone }: { q: string; zone: string }) {
  const list = useInfiniteQuery(foundLinesQuery(q));
  const fault = faultAt(list.error, '/q');
  if (fault) {
    return (
      <p role="status" className={styles.said}>
        {fault}
      </p>
    );
  }
  if (!list.data) {
    return list.error ? (
      <QueryProblem error={list.error} retry={list.refetch} />
    ) : (
      <SkeletonRows rows={4} height="84px" />
    );
  }
  const lines = list.data.pages.flatMap(({ data }) => data);
  const transcripts = [...Map.groupBy(lines, ({ artifactId }) => artifactId).values()];
  const words = `${count(lines.length, 'line')} of ${count(transcripts.length, 'transcript')}${list.hasNextPage ? ', and there are more' : ''}`;
  return (
    <div className={list.isPlaceholderData ? styles.stale : undefined}>
      <p role="status" className={lines.length > 0 ? styles.said : 'visually-hidden'}>
        {lines.length > 0 ? words : 'Nothing was found.'}
      </p>
      {lines.length === 0 && (
        <EmptyState
          icon={Search28Regular}
          title="Nobody said that"
          action={
            <Link to="/recordings" search={{}}>
              Show everything
            </Link>
          }
        >
          No transcript that you may see has a line with these words. Forms of a word are found too, parts of one are
          not.
        </EmptyState>
      )}
      {transcripts.map((found) => (
        <FoundIn key={found[0]?.artifactId} lines={found} q={q} zone={zone} />
      ))}
      <ShowMore list={list} />
    </div>
  );
}

function FoundIn({ lines, q, zone }: { lines: FoundLine[]; q: string; zone: string }) {
  const [first] = lines;
  if (!first) return null;
  return (
    <section className={styles.day}>
      <h2>
        {first.subject}
        <span className={styles.foundWhen}>{momentText(first.startedAt, zone)}</span>
      </h2>
      <ul>
        {lines.map((line) => (
          <li key={line.position}>
            <Link
              to="/recordings/$artifactId"
              params={{ artifactId: line.artifactId }}
              search={{ t: line.startMs / 1000, q }}
              className={styles.found}
            >
              <span className={styles.moment}>
                <span aria-hidden>{momentOf(line.startMs)}</span>
                <span className="visually-hidden">At {spokenMoment(line.startMs)}:</span>
              </span>
              <span>
                {line.speaker && <span className={styles.speaker}>{line.speaker}</span>}
                <span dir="auto">
                  <Marked text={line.text} matches={line.matches} />
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
