import type { Finding } from '../api/queries.ts';
import partStyles from '../parts/parts.module.css';
import { ScriptBlock } from '../tenant-setup/script-block.tsx';
import styles from './diagnostics.module.css';
import { findingWords, spanWords } from './finding-words.ts';

/** What every check found, in the order in which they ran. */
export function Findings({ findings }: { findings: Finding[] }) {
  return (
    <ol className={styles.findings}>
      {findings.map((finding) => (
        <FindingRow key={finding.check} finding={finding} />
      ))}
    </ol>
  );
}

function FindingRow({ finding }: { finding: Finding }) {
  const { status, label, title, notes, remedy, script, durationMs } = finding;
  const { tone, icon: Icon, words } = findingWords[status];
  const calm = status === 'ok' || status === 'skipped';
  return (
    <li className={`${styles.finding} ${status === 'skipped' ? styles.skipped : ''}`}>
      <Icon className={partStyles[tone]} aria-hidden />
      <div>
        <h3>
          {label}
          <span className={`${styles.status} ${partStyles[tone]}`}>{words}</span>
        </h3>
        <p>{title}</p>
        {!calm && notes.map((note) => <p key={note}>{note}</p>)}
        {remedy && !calm && (
          <p className={styles.remedy}>
            <strong>What helps:</strong> {remedy}
          </p>
        )}
        {script && !calm && <ScriptBlock script={script} />}
        {status !== 'skipped' && <Details finding={finding} notes={calm ? notes : []} />}
      </div>
      {status !== 'skipped' && <span className={styles.span}>{spanWords(durationMs)}</span>}
    </li>
  );
}

/** What was asked and answered: for whoever looks into it, and for Microsoft’s support. */
function Details({ finding: { label, problemCode, exchanges }, notes }: { finding: Finding; notes: string[] }) {
  if (notes.length + exchanges.length === 0 && problemCode === null) return null;
  return (
    <details className={`${partStyles.details} ${styles.details}`}>
      <summary>
        Details<span className="visually-hidden"> of {label}</span>
      </summary>
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      {problemCode && (
        <p>
          Code <a href={`/problems/${problemCode}`}>{problemCode}</a>
        </p>
      )}
      {exchanges.map((exchange, index) => (
        <dl key={index}>
          <dt>Asked</dt>
          <dd>{exchange.asked}</dd>
          <dt>Answered</dt>
          <dd>
            {exchange.answered}, after {spanWords(exchange.durationMs)}
          </dd>
          {exchange.requestId && (
            <>
              <dt>Request id</dt>
              <dd>{exchange.requestId}</dd>
            </>
          )}
          <dt>At</dt>
          <dd>{exchange.at}</dd>
        </dl>
      ))}
    </details>
  );
}
