import { ApiError } from '../api/problem.ts';
import { ProblemView } from '../parts/problem-view.tsx';
import styles from './bookings.module.css';

/** What the server refused of a new booking, as far as no field of the form shows it: times, people, links. */
export function NewBookingProblem({ error }: { error: Error | null }) {
  if (!(error instanceof ApiError)) return null;
  const faults = (error.problem.errors ?? []).filter(({ pointer }) => !pointer.startsWith('/visitor'));
  if (faults.length === 0) return null;
  return (
    <div role="alert">
      <ProblemView problem={error.problem}>
        <ul className={styles.lines}>
          {faults.map(({ pointer, detail }) => (
            <li key={pointer}>
              {whereOf(pointer)}
              {detail}
            </li>
          ))}
        </ul>
      </ProblemView>
    </div>
  );
}

/** `/times/2` is the third time of a series. */
function whereOf(pointer: string): string {
  const time = /^\/times\/(\d+)/.exec(pointer)?.[1];
  return time === undefined ? '' : `Time ${Number(time) + 1}: `;
}
