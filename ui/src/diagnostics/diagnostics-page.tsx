import { Button, Checkbox, Field, Select } from '@fluentui/react-components';
import { Stethoscope20Regular, Stethoscope24Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { problemOf } from '../api/problem.ts';
import { membersQuery, type Diagnosis } from '../api/queries.ts';
import { CopyButton } from '../parts/copy.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { Card, Page } from '../parts/page.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { useNow } from '../parts/use-now.ts';
import { agoText, momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './diagnostics.module.css';
import { summaryWords } from './finding-words.ts';
import { Findings } from './findings.tsx';
import { useDiagnosis } from './use-diagnosis.ts';

const route = getRouteApi('/microsoft-365/diagnostics');

/** Checks live what meetings need, from the settings to Microsoft Teams, and says what helps. */
export function DiagnosticsPage() {
  const { member: me, mayManage } = useMe();
  const { member } = route.useSearch();
  const memberId = (mayManage && member) || me.id;
  const [roundTrip, setRoundTrip] = useState(false);
  const { diagnosis, running, error, run } = useDiagnosis(memberId);
  const start = (
    <Button
      appearance="primary"
      icon={<Stethoscope20Regular />}
      disabledFocusable={running}
      onClick={() => run(roundTrip)}
    >
      {running ? 'Checking…' : diagnosis ? 'Run the checks again' : 'Run the checks'}
    </Button>
  );
  return (
    <Page
      title="Diagnostics"
      lead="Finds out why meetings are not made: looks at this server’s settings and asks Microsoft, live and step by step."
      action={start}
    >
      <div className={styles.stack}>
        <Card label="What to check">
          <div className={styles.options}>
            {mayManage && <Whose memberId={memberId} />}
            <RoundTrip checked={roundTrip} change={setRoundTrip} />
          </div>
        </Card>
        {error && !running && (
          <div role="alert">
            <ProblemView problem={problemOf(error)} />
          </div>
        )}
        <Outcome diagnosis={diagnosis} running={running} failed={error !== null} />
      </div>
    </Page>
  );
}

/** Whose connection: for those who manage the workspace. */
function Whose({ memberId }: { memberId: string }) {
  const { member: me } = useMe();
  const navigate = route.useNavigate();
  const { data: members = [me] } = useQuery(membersQuery);
  if (members.length < 2) return null;
  const choose = (id: string) => void navigate({ search: id === me.id ? {} : { member: id }, replace: true });
  return (
    <Field label="Whose connection" className={styles.whose}>
      <Select value={memberId} onChange={(_, { value }) => choose(value)}>
        {members.map(({ id, name, email }) => (
          <option key={id} value={id}>
            {name} ({email})
          </option>
        ))}
      </Select>
    </Field>
  );
}

function RoundTrip({ checked, change }: { checked: boolean; change: (checked: boolean) => void }) {
  const id = useId();
  return (
    <div>
      <Checkbox
        label="Also make a test meeting"
        checked={checked}
        onChange={(_, data) => change(data.checked === true)}
        aria-describedby={id}
      />
      <p id={id} className={styles.explained}>
        Parley makes an event of fifteen minutes in that person’s calendar, 300 days ahead and shown as free, waits for
        its Teams link, and deletes it. Nobody is invited. If the run is interrupted, the next one deletes it.
      </p>
    </div>
  );
}

type OutcomeProps = { diagnosis: Diagnosis | undefined; running: boolean; failed: boolean };

function Outcome({ diagnosis, running, failed }: OutcomeProps) {
  if (running) {
    return (
      <section className={styles.running}>
        <p role="status">
          Asking Microsoft, one step after the other. It takes some seconds, and longer where nothing answers. You can
          leave this page; the result waits here.
        </p>
        <SkeletonRows rows={6} height="64px" />
      </section>
    );
  }
  if (!diagnosis) {
    if (failed) return null;
    return (
      <EmptyState icon={Stethoscope24Regular} title="Nothing was checked yet">
        Run the checks when a meeting fails, when Microsoft asks to reconnect, or after changing something in Entra.
        They change nothing in your calendar.
      </EmptyState>
    );
  }
  return <Result diagnosis={diagnosis} />;
}

function Result({ diagnosis }: { diagnosis: Diagnosis }) {
  const zone = useMe().member.timeZone;
  const now = useNow();
  const { startedAt, findings, report } = diagnosis;
  return (
    <section aria-label="What was found">
      <div className={styles.summary}>
        <div role="status">
          <h2>
            <StateLabel {...summaryWords(diagnosis)} />
          </h2>
        </div>
        <time dateTime={startedAt} title={momentText(startedAt, zone)}>
          Checked {agoText(startedAt, now, zone)}
        </time>
        <CopyButton text={report} what="the report" words="Copy report" appearance="secondary" />
      </div>
      <Findings findings={findings} />
      <p className={styles.explained}>
        The report holds ids, codes and times, for your administrator or Microsoft’s support. It holds no tokens, no
        secrets and no links to meetings.
      </p>
    </section>
  );
}
