import { useQuery } from '@tanstack/react-query';
import { Credentials } from '../app-registrations/credentials.tsx';
import { registrationQuery, type Tenant } from '../api/queries.ts';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import styles from './tenant-setup.module.css';

/** The certificates and secrets of the tenant's registration, as on its own page: nobody has to leave the guide. */
export function StepCredentials({ tenant: { registrationId } }: { tenant: Tenant }) {
  const own = registrationId !== 'deployment';
  const { data, error, refetch } = useQuery({ ...registrationQuery(registrationId), enabled: own });
  if (!own) return null;
  return (
    <section className={styles.part} aria-label="Certificates and secrets">
      <h3>Certificates and secrets</h3>
      {!data && !error && <SkeletonRows rows={1} height="120px" />}
      {!data && error && <QueryProblem error={error} retry={refetch} />}
      {data && <Credentials registration={data} />}
    </section>
  );
}
