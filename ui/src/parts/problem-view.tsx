import { Button } from '@fluentui/react-components';
import { Clock20Regular, ErrorCircle20Filled } from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import { problemOf, type ShownProblem } from '../api/problem.ts';
import styles from './parts.module.css';

type Props = {
  problem: ShownProblem;
  /** Something passes by itself: amber instead of red. */
  waits?: boolean;
  /** Says more than the problem's own words. */
  children?: ReactNode;
  actions?: ReactNode;
};

/** What happened, what to do about it, and under Details what a support case needs. */
export function ProblemView({ problem, waits = false, children, actions }: Props) {
  const Icon = waits ? Clock20Regular : ErrorCircle20Filled;
  return (
    <section className={`${styles.trouble} ${waits ? styles.waits : ''}`} aria-label="What is wrong">
      <Icon aria-hidden />
      <div>
        <h2>{problem.title}</h2>
        {problem.detail && <p>{problem.detail}</p>}
        {children}
        <p>{problem.remedy}</p>
        {actions && <div className={styles.actions}>{actions}</div>}
        <ProblemDetails problem={problem} />
      </div>
    </section>
  );
}

/** A query that did not succeed, with a way to ask again. */
export function QueryProblem({ error, retry }: { error: Error; retry: () => unknown }) {
  const problem = problemOf(error);
  const final = problem.code === 'not_found' || problem.code === 'forbidden';
  return (
    <div role="alert">
      <ProblemView problem={problem} actions={!final && <Button onClick={() => void retry()}>Try again</Button>} />
    </div>
  );
}

/** A change that did not succeed, told at once; nothing where there is no error. */
export function ChangeProblem({ error }: { error: Error | null }) {
  return (
    error && (
      <div role="alert">
        <ProblemView problem={problemOf(error)} />
      </div>
    )
  );
}

/** Ids and codes for whoever looks into it, out of the way of everybody else. */
function ProblemDetails({ problem: { code, requestId, provider } }: { problem: ShownProblem }) {
  const rows: [string, string | undefined][] = [
    ['Code', code],
    ['Request id', requestId],
    ['Microsoft answered', provider && `${provider.status} ${provider.code}`],
    ['Microsoft’s request id', provider?.requestId],
    ['At', provider?.date],
  ];
  return (
    <details className={styles.details}>
      <summary>Details</summary>
      <dl>{rows.map(([name, value]) => value && <Row key={name} name={name} value={value} />)}</dl>
    </details>
  );
}

function Row({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
