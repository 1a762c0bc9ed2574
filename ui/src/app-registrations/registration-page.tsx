import { Button } from '@fluentui/react-components';
import { Open20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { registrationQuery, tenantsQuery, type AppRegistration } from '../api/queries.ts';
import { CopyField } from '../parts/copy.tsx';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useMe } from '../shell/me.ts';
import styles from './app-registrations.module.css';
import { Credentials } from './credentials.tsx';
import { SettingsForm } from './registration-settings.tsx';
import { cloudWords, tenantWords } from './registration-words.ts';

const route = getRouteApi('/microsoft-365/app-registrations/$id');
const DeleteDialog = lazy(async () => ({ default: (await import('./delete-registration.tsx')).DeleteRegistration }));

/** One registration: its ids, what it proves itself with, and its settings. */
export function RegistrationPage() {
  const { id } = route.useParams();
  const { mayManage } = useMe();
  const { data, error, refetch } = useQuery({ ...registrationQuery(id), enabled: mayManage });
  const inEntra = data && (
    <Button as="a" href={data.portalUrl} target="_blank" rel="noopener noreferrer" icon={<Open20Regular />}>
      Open in Entra
    </Button>
  );
  return (
    <Page
      title={data?.name ?? 'App registration'}
      back={{ link: { to: '/microsoft-365/app-registrations' }, words: 'App registrations' }}
      action={inEntra}
    >
      <ManagersOnly>
        {!data && !error && <SkeletonRows rows={3} height="200px" />}
        {!data && error && <QueryProblem error={error} retry={refetch} />}
        {data && <Registration key={data.id} registration={data} />}
      </ManagersOnly>
    </Page>
  );
}

function Registration({ registration }: { registration: AppRegistration }) {
  const [deleting, setDeleting] = useState(false);
  const { readOnly } = registration;
  return (
    <div className={sheets.stack}>
      <section className={sheets.group} aria-label="Ids">
        <Ids registration={registration} />
        <WholeTenant registration={registration} />
      </section>
      <section className={sheets.group} aria-label="Certificates and secrets">
        <div className={styles.sectionHead}>
          <h2>Certificates and secrets</h2>
          <p>
            {readOnly
              ? 'This is the registration of the server’s own configuration. Whoever runs the server sets its client secret there; certificates belong to registrations that you add.'
              : 'Two can be good at a time: add the next one before the old one ends, and no meeting waits for it.'}
          </p>
        </div>
        {!readOnly && <Credentials registration={registration} />}
      </section>
      {!readOnly && <SettingsForm registration={registration} />}
      {!readOnly && (
        <div className={styles.foot}>
          <Button onClick={() => setDeleting(true)}>Remove this registration</Button>
        </div>
      )}
      {deleting && (
        <Suspense>
          <DeleteDialog registration={registration} onClose={() => setDeleting(false)} />
        </Suspense>
      )}
    </div>
  );
}

function Ids({ registration }: { registration: AppRegistration }) {
  const { clientId, tenant, cloud, redirectUris } = registration;
  return (
    <dl className={styles.copies}>
      <div>
        <dt>Application (client) ID</dt>
        <dd>
          <CopyField text={clientId} what="the client id" />
        </dd>
      </div>
      <div>
        <dt>Directory (tenant) ID</dt>
        <dd>
          {tenant === tenantWords(tenant) ? <CopyField text={tenant} what="the tenant id" /> : tenantWords(tenant)}
        </dd>
      </div>
      {redirectUris.map((uri, place) => (
        <div key={uri}>
          <dt>{place === 0 ? 'Redirect URI (platform Web)' : 'Another redirect URI'}</dt>
          <dd>
            <CopyField text={uri} what="the redirect URI" />
          </dd>
        </div>
      ))}
      {cloud !== 'global' && (
        <div>
          <dt>Cloud</dt>
          <dd>{cloudWords[cloud]}</dd>
        </div>
      )}
    </dl>
  );
}

/** Where it leads: the guide of the organization that is connected through it, or the first step there. */
function WholeTenant({ registration: { id, appOnly, credentials } }: { registration: AppRegistration }) {
  const { data: tenants } = useQuery(tenantsQuery);
  if (!appOnly.possible) return <p className={sheets.quiet}>{appOnly.reason}</p>;
  const tenant = tenants?.find(({ registrationId }) => registrationId === id);
  if (tenant) {
    return (
      <p className={sheets.quiet}>
        A whole organization is connected through it:{' '}
        <Link to="/microsoft-365/setup/$id" params={{ id: tenant.id }}>
          the setup guide of {tenant.name ?? 'this tenant'}
        </Link>
        .
      </p>
    );
  }
  return (
    <p className={sheets.quiet}>
      {credentials.length === 0 && 'It has no certificate or secret yet. '}
      <Link to="/microsoft-365/setup" search={{ connect: id }}>
        Connect the whole organization
      </Link>{' '}
      through it; the setup guide leads from here to the first meeting.
    </p>
  );
}
