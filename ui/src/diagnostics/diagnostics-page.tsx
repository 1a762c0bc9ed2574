import { Button, Checkbox, Field, Select } from '@fluentui/react-components';
import { Stethoscope20Regular, Stethoscope24Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { membersQuery, tenantsQuery, type Diagnosis } from '../api/queries.ts';
import { CopyButton } from '../parts/copy.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { Card, Page } from '../parts/page.tsx';
import { ChangeProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { useNow } from '../parts/use-now.ts';
import { agoText, momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './diagnostics.module.css';
import { summaryWords } from './finding-words.ts';
import { Findings } from './findings.tsx';
import { isTenant, useDiagnosis } from './use-diagnosis.ts';

const route = getRouteApi('/microsoft-365/diagnostics');

/** Checks live what meetings need, from the settings to Microsoft Teams, and says what helps. */
export function DiagnosticsPage() {
  const { member: me, mayManage } = useMe();
  const { member, tenant } = route.useSearch();
  const subjectId = (mayManage && (tenant ?? member)) || me.id;
  const [roundTrip, setRoundTrip] = useState(false);
  const { diagnosis, running, error, run } = useDiagnosis(subjectId);
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
      <div className={sheets.stack}>
        <Card label="What to check">
          <div className={styles.options}>
            {mayManage && <Whose subjectId={subjectId} />}
            <RoundTrip ofTenant={isTenant(subjectId)} checked={roundTrip} change={setRoundTrip} />
          </div>
        </Card>
        {!running && <ChangeProblem error={error} />}
        <Outcome diagnosis={diagnosis} running={running} failed={error !== null} ofTenant={isTenant(subjectId)} />
      </div>
    </Page>
  );
}

/** Whose connection, or which whole tenant: for those who manage the workspace. */
function Whose({ subjectId }: { subjectId: string }) {
  const { member: me } = useMe();
  const navigate = route.useNavigate();
  const { data: members = [me] } = useQuery(membersQuery);
  const { data: tenants = [] } = useQuery(tenantsQuery);
  if (members.length + tenants.length < 2) return null;
  const choose = (id: string) => {
    const search = isTenant(id) ? { tenant: id } : id === me.id ? {} : { member: id };
    void navigate({ search, replace: true });
  };
  const people = members.map(({ id, name, email }) => (
    <option key={id} value={id}>
      {name} ({email})
    </option>
  ));
  return (
    <Field
      label={tenants.length > 0 ? 'A person’s connection, or a tenant' : 'Whose connection'}
      className={styles.whose}
    >
      <Select value={subjectId} onChange={(_, { value }) => choose(value)}>
        {tenants.length === 0 && people}
        {tenants.length > 0 && (
          <>
            <optgroup label="Tenants, without anybody’s sign-in">
              {tenants.map(({ id, name, tenantId }) => (
                <option key={id} value={id}>
                  {name ?? tenantId}
                </option>
              ))}
            </optgroup>
            <optgroup label="People, with their own connection">{people}</optgroup>
          </>
        )}
      </Select>
    </Field>
  );
}

type RoundTripProps = { ofTenant: boolean; checked: boolean; change: (checked: boolean) => void };

function RoundTrip({ ofTenant, checked, change }: RoundTripProps) {
  const id = useId();
  const how = ofTenant
    ? 'Parley makes a meeting of fifteen minutes, 300 days ahead, for the first organizer who is allowed, in the way that real ones are made, and deletes it.'
    : 'Parley makes an event of fifteen minutes in that person’s calendar, 300 days ahead and shown as free, waits for its Teams link, and deletes it.';
  return (
    <div>
      <Checkbox
        label="Also make a test meeting"
        checked={checked}
        onChange={(_, data) => change(data.checked === true)}
        aria-describedby={id}
      />
      <p id={id} className={styles.explained}>
        {how} Nobody is invited. If the run is interrupted, the next one deletes it.
      </p>
    </div>
  );
}

type OutcomeProps = { diagnosis: Diagnosis | undefined; running: boolean; failed: boolean; ofTenant: boolean };

function Outcome({ diagnosis, running, failed, ofTenant }: OutcomeProps) {
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
        {ofTenant
          ? 'Run the checks during the setup, when a meeting fails, or after something was changed in Entra, Exchange or Teams. Organizers who are allowed are tried with a meeting that is deleted at once.'
          : 'Run the checks when a meeting fails, when Microsoft asks to reconnect, or after changing something in Entra. They change nothing in your calendar.'}
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
