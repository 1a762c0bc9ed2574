import { Button } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { verifyAudit, type AuditVerification } from '../api/audit.ts';
import { CopyField } from '../parts/copy.tsx';
import { ChangeProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { StateLabel } from '../parts/state-label.tsx';
import styles from './monitoring.module.css';

/** Whether every entry is what was written, found out when somebody asks. */
export function AuditCheck() {
  const check = useMutation({ mutationFn: verifyAudit });
  return (
    <section className={sheets.group} aria-labelledby="audit-check">
      <div className={sheets.rowHead}>
        <h2 id="audit-check" className={sheets.name}>
          Is the log intact?
        </h2>
        <Button disabledFocusable={check.isPending} onClick={() => check.isPending || check.mutate()}>
          {check.isPending ? 'Checking…' : 'Check the log'}
        </Button>
      </div>
      <p className={sheets.quiet}>
        Each entry holds a fingerprint of the one before it. An entry that was changed or taken out afterwards breaks
        the chain, and the check finds where.
      </p>
      <div role="status" className={styles.outcome}>
        {check.data && !check.isPending && <Outcome found={check.data} />}
      </div>
      <ChangeProblem error={check.error} />
    </section>
  );
}

function Outcome({ found: { intact, entries, brokenAt, lastHash } }: { found: AuditVerification }) {
  if (!intact) {
    return (
      <>
        <StateLabel tone="problem" words={`Entry ${brokenAt} is missing, or is not what was written`} />
        <p className={sheets.quiet}>
          Entries before it are unharmed. Keep the database as it is, compare it with a backup, and find out who can
          write to it.
        </p>
      </>
    );
  }
  return (
    <>
      <StateLabel tone="good" words={intactWords(entries)} />
      {lastHash && (
        <details className={sheets.disclosure}>
          <summary>Fingerprint of entry {entries}</summary>
          <p className={sheets.quiet}>
            Keep it outside of Parley. As long as the API still shows it as the hash of this entry, the end of the log
            was not cut off and nothing before it was written anew.
          </p>
          <CopyField text={lastHash} what="the fingerprint" />
        </details>
      )}
    </>
  );
}

function intactWords(entries: number): string {
  if (entries === 0) return 'The log is intact: there are no entries yet';
  return entries === 1
    ? 'The log is intact: its entry is what was written'
    : `The log is intact: all ${entries} entries are what was written`;
}
