import { getOrganization } from '../../microsoft/directory.ts';
import { toProblem } from '../../microsoft/problems.ts';
import { Problem } from '../../problem.ts';
import { known, tenantOf, type Check } from '../check.ts';
import { recordedGraph, refused } from './asking.ts';

/** The tenant says who it is, and is the one that was meant. */
export const organization: Check = {
  name: 'tenant',
  label: 'Tenant',
  needs: ['graph', 'app-token'],
  async run(context) {
    const { tenant_id: tenantId } = tenantOf(context);
    const { accessToken } = known(context, 'app-token');
    try {
      const found = await getOrganization(recordedGraph(context), accessToken, { signal: context.signal });
      if (found.id !== tenantId.toLowerCase()) {
        const title = `Graph answers for tenant ${found.id}, the connection is one of tenant ${tenantId}.`;
        return { status: 'failed', title, problem: new Problem('token_tenant_mismatch') };
      }
      return { status: 'ok', title: `The tenant is ${found.displayName || tenantId}.`, notes: [`Tenant ${found.id}.`] };
    } catch (error) {
      const { code } = toProblem(error);
      if (code !== 'directory_permission_missing' && code !== 'missing_permission') return refused(context, error);
      const notes = [
        'Meetings do not need it. Organization.Read.All or User.Read.All would show name and domains here.',
      ];
      return { status: 'skipped', title: 'The app may not read the tenant’s name.', notes };
    }
  },
};
