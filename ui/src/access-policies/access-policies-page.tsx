import { ShieldCheckmark28Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate } from '@tanstack/react-router';
import { tenantsQuery, type Tenant } from '../api/queries.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { StateLabel, type State } from '../parts/state-label.tsx';
import styles from './access-policies.module.css';
import { lead } from './tenant-frame.tsx';

/** The way to a tenant’s roster: straight there when there is one tenant, by choice when there are several. */
export function AccessPoliciesPage() {
  return (
    <Page title="Access policies" lead={lead}>
      <ManagersOnly>
        <Tenants />
      </ManagersOnly>
    </Page>
  );
}

function Tenants() {
  const { data, error, refetch } = useQuery(tenantsQuery);
  if (!data) return error ? <QueryProblem error={error} retry={refetch} /> : <SkeletonRows rows={2} height="76px" />;
  const [first, ...others] = data;
  if (!first) return <NoTenant />;
  if (others.length === 0) {
    return <Navigate to="/microsoft-365/access-policies/$tenantId" params={{ tenantId: first.id }} replace />;
  }
  return (
    <ul className={styles.tenants}>
      {data.map((tenant) => (
        <li key={tenant.id}>
          <Link to="/microsoft-365/access-policies/$tenantId" params={{ tenantId: tenant.id }}>
            <span>
              <strong>{tenant.name ?? tenant.tenantId}</strong>
              <span>{tenant.domains[0] ?? tenant.tenantId}</span>
            </span>
            <StateLabel {...stages[tenant.stage]} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

const stages: Record<Tenant['stage'], State> = {
  setup: { tone: 'waiting', words: 'In setup' },
  pilot: { tone: 'waiting', words: 'Pilot: only for pilot organizers' },
  live: { tone: 'good', words: 'Live' },
  paused: { tone: 'quiet', words: 'Paused' },
};

function NoTenant() {
  return (
    <EmptyState
      icon={ShieldCheckmark28Regular}
      title="No tenant is connected yet"
      action={<Link to="/microsoft-365/setup">Open the setup guide</Link>}
    >
      Here you keep the list of people for whom Parley makes meetings without their sign-in. For that an administrator
      connects your Microsoft 365 tenant once.
    </EmptyState>
  );
}
