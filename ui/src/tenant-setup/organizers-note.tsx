import { People20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Tenant } from '../api/queries.ts';
import { allowedOrganizersQuery } from './setup-words.ts';
import styles from './tenant-setup.module.css';

/** Whose meetings it is about: without somebody who may own them, nothing can be tried. */
export function OrganizersNote({ tenant: { id } }: { tenant: Tenant }) {
  const { data } = useQuery(allowedOrganizersQuery(id));
  const link = (words: string) => (
    <Link to="/microsoft-365/access-policies/$tenantId" params={{ tenantId: id }}>
      {words}
    </Link>
  );
  const names = data?.data.map((one) => one.displayName ?? one.userPrincipalName ?? one.objectId) ?? [];
  const shown = names.slice(0, 5).join(', ');
  const more = names.length > 5 ? ` and ${data?.nextCursor ? 'many' : names.length - 5} more` : '';
  return (
    <p className={styles.note}>
      <People20Regular aria-hidden />
      <span>
        {!data && '\u00a0'}
        {data && names.length === 0 && (
          <>Nobody may own meetings here yet. First {link('add an organizer under Access policies')}, then come back.</>
        )}
        {names.length > 0 && (
          <>
            May own meetings: {shown}
            {more}. {link('Change it under Access policies')}
          </>
        )}
      </span>
    </p>
  );
}
