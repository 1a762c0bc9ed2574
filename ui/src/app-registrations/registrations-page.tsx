import { Button } from '@fluentui/react-components';
import { Add20Regular, AppGeneric24Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { registrationsQuery, type AppRegistration } from '../api/queries.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { useMe } from '../shell/me.ts';
import styles from './app-registrations.module.css';
import { cloudWords, registrationState, tenantWords } from './registration-words.ts';

/** By which apps Entra knows Parley, and whether what they prove themselves with still works. */
export function RegistrationsPage() {
  const { mayManage } = useMe();
  const { data } = useQuery({ ...registrationsQuery, enabled: mayManage });
  return (
    <Page
      title="App registrations"
      lead="By a registration in Microsoft Entra, Microsoft 365 knows Parley: who it is, and what it may do."
      action={mayManage && data && data.length > 0 && <AddButton />}
    >
      <ManagersOnly>
        <Registrations />
      </ManagersOnly>
    </Page>
  );
}

function Registrations() {
  const { data, error, refetch } = useQuery(registrationsQuery);
  if (!data) return error ? <QueryProblem error={error} retry={refetch} /> : <SkeletonRows rows={2} height="120px" />;
  if (data.length === 0) {
    return (
      <EmptyState icon={AppGeneric24Regular} title="No app registrations yet" action={<AddButton />}>
        Somebody makes one in Entra, and adds it here with its ids and a certificate. Then people can connect their own
        accounts through it, or an administrator connects your whole organization.
      </EmptyState>
    );
  }
  return (
    <ul className={sheets.rows}>
      {data.map((registration) => (
        <Row key={registration.id} registration={registration} />
      ))}
    </ul>
  );
}

function AddButton() {
  const navigate = useNavigate();
  const open = () => void navigate({ to: '/microsoft-365/app-registrations/new' });
  return (
    <Button appearance="primary" icon={<Add20Regular />} onClick={open}>
      Add a registration
    </Button>
  );
}

function Row({ registration }: { registration: AppRegistration }) {
  const zone = useMe().member.timeZone;
  const { id, name, clientId, tenant, cloud, readOnly, usedForSignIn } = registration;
  return (
    <li className={`${sheets.row} ${styles.row}`}>
      <div className={sheets.rowHead}>
        <h2 className={sheets.name}>
          <Link to="/microsoft-365/app-registrations/$id" params={{ id }}>
            {name}
          </Link>
        </h2>
        <StateLabel {...registrationState(registration, zone)} badge />
      </div>
      <dl className={styles.ids}>
        <div>
          <dt>Client id</dt>
          <dd>
            <code>{clientId}</code>
          </dd>
        </div>
        <div>
          <dt>Tenant</dt>
          <dd>{tenant === tenantWords(tenant) ? <code>{tenant}</code> : tenantWords(tenant)}</dd>
        </div>
        {cloud !== 'global' && (
          <div>
            <dt>Cloud</dt>
            <dd>{cloudWords[cloud]}</dd>
          </div>
        )}
      </dl>
      {(readOnly || usedForSignIn) && (
        <p className={sheets.quiet}>
          {[
            readOnly && 'Whoever runs the server sets it.',
            usedForSignIn && 'People of this workspace connect through it.',
          ]
            .filter(Boolean)
            .join(' ')}
        </p>
      )}
    </li>
  );
}
