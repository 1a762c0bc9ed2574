import { Open16Regular } from '@fluentui/react-icons';
import type { SetupStep } from '../api/queries.ts';
import { CopyField } from '../parts/copy.tsx';
import sheets from '../parts/sheets.module.css';
import { StateLabel } from '../parts/state-label.tsx';
import { useNow } from '../parts/use-now.ts';
import { agoText, momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { CheckStep } from './check-step.tsx';
import { ConsentLink } from './consent-link.tsx';
import { ExchangeScope } from './exchange-scope.tsx';
import { FeatureChoice } from './feature-choice.tsx';
import { GoLive } from './go-live.tsx';
import { OrganizersNote } from './organizers-note.tsx';
import { PermissionValues } from './permission-values.tsx';
import { PolicyGranted, PolicyName } from './teams-policy.tsx';
import { ScriptBlock } from './script-block.tsx';
import { stepStates } from './setup-words.ts';
import { StepCredentials } from './step-credentials.tsx';
import type { StepProps } from './step-props.ts';
import styles from './tenant-setup.module.css';

/** Everything about one step: why, what to choose, what to do, and whether it was done. */
export function StepBody(props: StepProps) {
  const { step } = props;
  return (
    <>
      <Standing step={step} />
      <Choices {...props} />
      <section className={styles.part} aria-label="What to do">
        <h3>What to do</h3>
        <ol className={styles.todo}>
          {step.todo.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ol>
        {step.link && (
          <a href={step.link.url} target="_blank" rel="noopener noreferrer" className={styles.outside}>
            {step.link.label}
            <Open16Regular aria-hidden />
          </a>
        )}
      </section>
      <Values {...props} />
      {step.name === 'credential' && <StepCredentials tenant={props.tenant} />}
      <Scripts step={step} />
      <Doing {...props} />
    </>
  );
}

function Standing({ step: { why, state, sentence, checkedAt } }: { step: SetupStep }) {
  const zone = useMe().member.timeZone;
  const now = useNow();
  return (
    <div className={styles.standing}>
      <p>{why}</p>
      <p role="status">
        <StateLabel tone={stepStates[state].tone} words={sentence} />
        {checkedAt && (
          <time dateTime={checkedAt} title={momentText(checkedAt, zone)}>
            {' '}
            Last checked {agoText(checkedAt, now, zone)}.
          </time>
        )}
      </p>
    </div>
  );
}

/** What is chosen in Parley before anything is done at Microsoft. A form begins anew once what it shows was saved. */
function Choices({ step: { name }, tenant }: StepProps) {
  switch (name) {
    case 'permissions':
      return <FeatureChoice key={`${tenant.features.join()} ${tenant.reduced}`} tenant={tenant} />;
    case 'teams-policy':
      return (
        <>
          <OrganizersNote tenant={tenant} />
          <PolicyName key={tenant.policyName} tenant={tenant} />
        </>
      );
    case 'exchange-scope': {
      const { exchangeScope, exchangeGroup, outsideMailbox } = tenant;
      return <ExchangeScope key={[exchangeScope, exchangeGroup, outsideMailbox].join()} tenant={tenant} />;
    }
    case 'test':
      return <OrganizersNote tenant={tenant} />;
    case 'registration':
    case 'consent':
    case 'credential':
    case 'go-live':
    default:
      return null;
  }
}

function Values({ step, tenant }: StepProps) {
  const { name, values } = step;
  if (name === 'permissions') return <PermissionValues step={step} tenant={tenant} />;
  if (values.length === 0 || (name === 'credential' && tenant.registrationId !== 'deployment')) return null;
  return (
    <dl className={styles.values}>
      {values.map(({ label, value, copy }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{copy ? <CopyField text={value} what={label} /> : value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Scripts({ step: { name, scripts } }: { step: SetupStep }) {
  if (scripts.length === 0) return null;
  const blocks = scripts.map((script) => <ScriptBlock key={script.title} script={script} />);
  if (name !== 'credential') return <section className={styles.scripts}>{blocks}</section>;
  return (
    <details className={`${sheets.disclosure} ${styles.disclosure}`}>
      <summary>Sign in as the app itself, in PowerShell</summary>
      <div className={styles.scripts}>{blocks}</div>
    </details>
  );
}

/** What is done in Parley, and the look at whether it worked. */
function Doing(props: StepProps) {
  const { step, tenant } = props;
  if (step.name === 'go-live') return <GoLive {...props} />;
  return (
    <>
      {step.name === 'consent' && <ConsentLink tenant={tenant} />}
      {step.name === 'teams-policy' && step.state !== 'not_needed' && <PolicyGranted tenant={tenant} />}
      <CheckStep {...props} />
    </>
  );
}
