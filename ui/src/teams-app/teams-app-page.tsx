import { Button, MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { ArrowDownload20Regular, PeopleTeam24Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { packageAddress, teamsAppQuery, type TeamsApp } from '../api/teams-app.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useMe } from '../shell/me.ts';
import { AppSettings } from './app-settings.tsx';
import { EntraSteps } from './entra-steps.tsx';
import styles from './teams-app.module.css';

/** The workspace’s app in Teams: the package, and what administrators do with it. */
export function TeamsAppPage() {
  const { mayManage } = useMe();
  const { data, error, refetch } = useQuery({ ...teamsAppQuery, enabled: mayManage });
  return (
    <Page
      title="Teams app"
      lead="A tab in Microsoft Teams with which people see their day, decide on requests and join meetings."
    >
      <ManagersOnly>
        {!data && !error && <SkeletonRows rows={3} height="180px" />}
        {!data && error && <QueryProblem error={error} retry={refetch} />}
        {data && (data.registration ? <Steps app={data} registration={data.registration} /> : <NoRegistration />)}
      </ManagersOnly>
    </Page>
  );
}

function NoRegistration() {
  return (
    <EmptyState
      icon={PeopleTeam24Regular}
      title="First, an app registration"
      action={
        <Link to="/microsoft-365/app-registrations" className={styles.link}>
          App registrations
        </Link>
      }
    >
      Teams signs people in through the app registration with which they connect their calendars. Add one and choose it
      for sign-in; then the package can be made.
    </EmptyState>
  );
}

type StepsProps = { app: TeamsApp; registration: NonNullable<TeamsApp['registration']> };

function Steps({ app, registration }: StepsProps) {
  return (
    <div className={sheets.stack}>
      {app.obstacle !== null && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>Teams would not open the tab yet.</MessageBarTitle> {app.obstacle}
          </MessageBarBody>
        </MessageBar>
      )}
      <EntraSteps registration={registration} clients={app.authorizedClients} />
      <section className={sheets.group} aria-labelledby="package">
        <h2 id="package">2. Download the package</h2>
        <p className={styles.text}>
          Version {app.version}. It rises by itself when something in the package changes; upload it again then, and
          Teams updates the app for everybody.
        </p>
        <div>
          <Button as="a" href={packageAddress} download appearance="primary" icon={<ArrowDownload20Regular />}>
            Download the package
          </Button>
        </div>
        <p className={styles.text}>
          Id of the app: <code>{app.appId}</code>
        </p>
      </section>
      <AdminCenter name={app.settings.name} />
      <AppSettings key={app.appId} settings={app.settings} />
    </div>
  );
}

function AdminCenter({ name }: { name: string }) {
  return (
    <section className={sheets.group} aria-labelledby="upload">
      <h2 id="upload">3. Upload it in the Teams admin center</h2>
      <ol className={styles.steps}>
        <li>
          A Teams administrator opens{' '}
          <a href="https://admin.teams.microsoft.com/policies/manage-apps" target="_blank" rel="noopener noreferrer">
            Teams admin center, Teams apps, Manage apps
          </a>
          .
        </li>
        <li>
          <em>Actions</em>, <em>Upload new app</em>, <em>Upload</em>, and choose the zip. A later version is uploaded at
          the same app.
        </li>
        <li>
          Make it available to the people who take appointments: <em>Users and groups</em> of the app, or an app
          permission policy.
        </li>
        <li>
          To put it into everybody’s bar: <em>Setup policies</em>, <em>Add apps</em>, choose “{name}”.
        </li>
      </ol>
      <p className={styles.text}>
        To try it by yourself first: in Teams, <em>Apps</em>, <em>Manage your apps</em>, <em>Upload an app</em>. Your
        organization may not allow that.
      </p>
      <p className={styles.text}>
        Does the admin center not know the version of the manifest yet? Choose the older one under <em>Settings</em>{' '}
        below and download the package again.
      </p>
    </section>
  );
}
