import { Button } from '@fluentui/react-components';
import { ShareIos20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { registrationsQuery, setupQuery, tenantQuery, type Tenant, type TenantSetup } from '../api/queries.ts';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Page } from '../parts/page.tsx';
import { ProblemView, QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { useMe } from '../shell/me.ts';
import {
  hasNewConsent,
  isSettled,
  nextStep,
  stageSentences,
  stageState,
  stepStates,
  tenantTitle,
} from './setup-words.ts';
import { StepPanel } from './step-panel.tsx';
import styles from './steps.module.css';
import { TenantActions } from './tenant-actions.tsx';

const route = getRouteApi('/microsoft-365/setup/$id');
const ExportDialog = lazy(async () => ({ default: (await import('./export-dialog.tsx')).ExportDialog }));
/** What waits for Microsoft is looked at again by the server; this is how often the page asks whether it was. */
const pollMs = 15_000;

/** The guide of one tenant: eight steps from an empty registration to go-live. */
export function SetupPage() {
  const { id } = route.useParams();
  const { mayManage } = useMe();
  const setup = useQuery({
    ...setupQuery(id),
    enabled: mayManage,
    refetchInterval: ({ state }) => (state.data?.steps.some((step) => step.state === 'waiting') ? pollMs : false),
  });
  const tenant = useQuery({ ...tenantQuery(id), enabled: mayManage });
  const { data: registrations } = useQuery({ ...registrationsQuery, enabled: mayManage });
  const [exporting, setExporting] = useState(false);
  const faulty = [setup, tenant].find(({ data, error }) => error && !data);
  const title = tenant.data && registrations ? tenantTitle(tenant.data, registrations) : 'Setup guide';
  return (
    <Page
      title={title}
      back={{ link: { to: '/microsoft-365/setup' }, words: 'Setup guide' }}
      lead={tenant.data ? stageSentences[tenant.data.stage] : '\u00a0'}
      action={
        setup.data && (
          <Button icon={<ShareIos20Regular />} onClick={() => setExporting(true)}>
            Export for a colleague
          </Button>
        )
      }
    >
      <ManagersOnly>
        {faulty?.error && <QueryProblem error={faulty.error} retry={faulty.refetch} />}
        {!faulty && !(setup.data && tenant.data) && <SkeletonRows rows={8} height="72px" />}
        {setup.data && tenant.data && <Guide setup={setup.data} tenant={tenant.data} title={title} />}
        {exporting && (
          <Suspense>
            <ExportDialog tenantId={id} onClose={() => setExporting(false)} />
          </Suspense>
        )}
      </ManagersOnly>
    </Page>
  );
}

function Guide({ setup, tenant, title }: { setup: TenantSetup; tenant: Tenant; title: string }) {
  const { step: shown } = route.useSearch();
  const navigate = route.useNavigate();
  const open = shown ?? (hasNewConsent(setup.steps, tenant) ? 'consent' : nextStep(setup)?.name);
  const show = (step: string) => void navigate({ search: { step }, replace: true, resetScroll: false });
  return (
    <div className={sheets.stack}>
      <Progress setup={setup} tenant={tenant} />
      {tenant.problem && tenant.stage !== 'setup' && <ProblemView problem={tenant.problem} />}
      <ol className={styles.steps}>
        {setup.steps.map((step) => (
          <StepPanel
            key={step.name}
            step={step}
            setup={setup}
            tenant={tenant}
            title={title}
            open={open === step.name}
            onShow={show}
          />
        ))}
      </ol>
      <TenantActions tenant={tenant} title={title} />
    </div>
  );
}

/** How far it is at a glance; the steps below say it in words. */
function Progress({ setup, tenant }: { setup: TenantSetup; tenant: Tenant }) {
  const done = setup.steps.filter(isSettled).length;
  const next = nextStep(setup);
  return (
    <div className={styles.progress}>
      <StateLabel {...stageState(tenant)} badge />
      <p role="status">
        {done === setup.steps.length
          ? 'Every step is done.'
          : `${done} of ${setup.steps.length} steps are done.${next ? ` Next: step ${next.number}, ${next.role}.` : ''}`}
      </p>
      <div className={styles.bars} aria-hidden>
        {setup.steps.map(({ name, state }) => (
          <i key={name} className={styles[stepStates[state].tone]} />
        ))}
      </div>
    </div>
  );
}
