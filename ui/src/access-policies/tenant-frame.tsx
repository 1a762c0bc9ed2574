import { Select } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { tenantQuery, tenantsQuery, type Tenant } from '../api/queries.ts';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Page } from '../parts/page.tsx';
import { ProblemView, QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { useMe } from '../shell/me.ts';
import styles from './access-policies.module.css';

export const lead =
  'Two walls decide for whom Parley may make meetings without their sign-in: Microsoft’s application access policy, which a Teams administrator grants, and Parley’s own list, which you keep here. A meeting is made only for people whom both let through.';

const paths = {
  organizers: '/microsoft-365/access-policies/$tenantId',
  matching: '/microsoft-365/access-policies/$tenantId/matching',
} as const;

type Props = {
  tenantId: string;
  shown: keyof typeof paths;
  action?: (tenant: Tenant) => ReactNode;
  children: (tenant: Tenant) => ReactNode;
};

/** What the pages about one tenant’s people share: title, the two walls, and the way between the pages. */
export function TenantFrame({ tenantId, shown, action, children }: Props) {
  const { mayManage } = useMe();
  const { data, error, refetch } = useQuery({ ...tenantQuery(tenantId), enabled: mayManage });
  return (
    <Page title="Access policies" lead={lead} action={data && action?.(data)}>
      <ManagersOnly>
        <Tabs label="What to look at" className={styles.tabs}>
          <Link to={paths.organizers} params={{ tenantId }} activeOptions={{ exact: true, includeSearch: false }}>
            Organizers
          </Link>
          <Link to={paths.matching} params={{ tenantId }} activeOptions={{ exact: true }}>
            Matching
          </Link>
          <TenantChoice tenantId={tenantId} shown={shown} />
        </Tabs>
        {!data && !error && <SkeletonRows rows={3} height="120px" />}
        {!data && error && <QueryProblem error={error} retry={refetch} />}
        {data && (
          <div className={sheets.stack}>
            {data.problem && <TenantProblem tenant={data} />}
            {children(data)}
          </div>
        )}
      </ManagersOnly>
    </Page>
  );
}

function TenantChoice({ tenantId, shown }: Pick<Props, 'tenantId' | 'shown'>) {
  const navigate = useNavigate();
  const { data: tenants = [] } = useQuery(tenantsQuery);
  const names = tenants.map(({ id, name, tenantId }) => ({ id, name: name ?? tenantId }));
  if (names.length < 2) {
    return <span className={styles.tenantName}>{names.find(({ id }) => id === tenantId)?.name ?? '\u00a0'}</span>;
  }
  return (
    <Select
      className={styles.tenantName}
      aria-label="Tenant"
      value={tenantId}
      onChange={(_, { value }) => void navigate({ to: paths[shown], params: { tenantId: value } })}
    >
      {names.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
  );
}

function TenantProblem({ tenant: { id, problem } }: { tenant: Tenant }) {
  if (!problem) return null;
  return (
    <ProblemView problem={problem}>
      <p>Until then Parley can ask Microsoft nothing about these people.</p>
      <p>
        <Link to="/microsoft-365/setup/$id" params={{ id }}>
          Open the setup guide
        </Link>
      </p>
    </ProblemView>
  );
}
