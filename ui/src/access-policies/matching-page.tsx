import { getRouteApi } from '@tanstack/react-router';
import { OperatorMatching } from './operator-matching.tsx';
import { TenantFrame } from './tenant-frame.tsx';
import { VisitorMatching } from './visitor-matching.tsx';

const route = getRouteApi('/microsoft-365/access-policies/$tenantId/matching');

/** By which of their fields operators and visitors are found in the tenant’s directory, tried with real people. */
export function MatchingPage() {
  const { tenantId } = route.useParams();
  return (
    <TenantFrame key={tenantId} tenantId={tenantId} shown="matching">
      {(tenant) => (
        <>
          <OperatorMatching tenant={tenant} />
          <VisitorMatching tenant={tenant} />
        </>
      )}
    </TenantFrame>
  );
}
