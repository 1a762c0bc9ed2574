import { Button } from '@fluentui/react-components';
import { Building24Regular, PlugConnected20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { registrationsQuery, tenantsQuery, type Tenant } from '../api/queries.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { useNow } from '../parts/use-now.ts';
import { agoText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { stageState, tenantTitle } from './setup-words.ts';
import styles from './tenant-setup.module.css';

const route = getRouteApi('/microsoft-365/setup');
const ConnectTenant = lazy(async () => ({ default: (await import('./connect-tenant.tsx')).ConnectTenant }));

/** The organizations for which Parley acts by itself, and the way to connect the next one. */
export function TenantsPage() {
  const { mayManage } = useMe();
  const { connect } = route.useSearch();
  const navigate = route.useNavigate();
  const { data } = useQuery({ ...tenantsQuery, enabled: mayManage });
  const close = () => void navigate({ search: {}, replace: true });
  return (
    <Page
      title="Setup guide"
      lead="An administrator connects a whole organization once. Then Parley makes meetings for the people you name, and none of them has to sign in."
      action={mayManage && data && data.length > 0 && <ConnectButton />}
    >
      <ManagersOnly>
        <Tenants />
        {connect !== undefined && (
          <Suspense>
            <ConnectTenant preferred={connect} onClose={close} />
          </Suspense>
        )}
      </ManagersOnly>
    </Page>
  );
}

function ConnectButton() {
  const navigate = route.useNavigate();
  return (
    <Button
      appearance="primary"
      icon={<PlugConnected20Regular />}
      onClick={() => void navigate({ search: { connect: '' } })}
    >
      Connect a tenant
    </Button>
  );
}

function Tenants() {
  const { data, error, refetch } = useQuery(tenantsQuery);
  if (!data) return error ? <QueryProblem error={error} retry={refetch} /> : <SkeletonRows rows={2} height="112px" />;
  if (data.length === 0) {
    return (
      <EmptyState icon={Building24Regular} title="No organization is connected yet" action={<ConnectButton />}>
        The guide has eight steps. It names the administrator role for each of them, writes the scripts, and checks what
        was done, so that you can stop and go on at any time.
      </EmptyState>
    );
  }
  return (
    <ul className={sheets.rows}>
      {data.map((tenant) => (
        <Row key={tenant.id} tenant={tenant} />
      ))}
    </ul>
  );
}

function Row({ tenant }: { tenant: Tenant }) {
  const zone = useMe().member.timeZone;
  const now = useNow();
  const { data: registrations } = useQuery(registrationsQuery);
  const { id, tenantId, domains, verifiedAt, problem, stage } = tenant;
  return (
    <li className={`${sheets.row} ${styles.row}`}>
      <div className={sheets.rowHead}>
        <h2 className={sheets.name}>
          <Link to="/microsoft-365/setup/$id" params={{ id }}>
            {tenantTitle(tenant, registrations)}
          </Link>
        </h2>
        <StateLabel {...stageState(tenant)} badge />
      </div>
      <p className={sheets.quiet}>{domains.length > 0 ? domains.join(', ') : <code>{tenantId}</code>}</p>
      <p className={sheets.quiet}>
        {verifiedAt ? `Microsoft last gave Parley access ${agoText(verifiedAt, now, zone)}.` : 'Not verified yet.'}
      </p>
      {problem && stage !== 'setup' && (
        <p>
          <strong>{problem.title}.</strong> {problem.remedy}
        </p>
      )}
    </li>
  );
}
