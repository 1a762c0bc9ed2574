import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { integrationQuery, type Integration } from '../api/queries.ts';
import { CopyField } from '../parts/copy.tsx';
import styles from './integrations.module.css';

/** Nobody has registered an app in Entra for this server: what has to be set, and where it comes from. */
export function NotConfigured({ integration }: { integration: Integration }) {
  const check = useQuery(integrationQuery);
  return (
    <>
      <h3>OAuth isn’t configured on this server yet</h3>
      <p>
        Whoever runs this server registers Parley as an app in Microsoft Entra ID, sets the two values below in its
        environment or in <code>appsettings.json</code>, and restarts it. Then everybody here can connect.
      </p>
      <dl className={styles.settings}>
        <div>
          <dt>Client id</dt>
          <dd>
            <CopyField text="MicrosoftTeams__ClientId" what="the name of the setting for the client id" />
            <small>The Application (client) ID from the app’s Overview page.</small>
          </dd>
        </div>
        <div>
          <dt>Client secret</dt>
          <dd>
            <CopyField text="MicrosoftTeams__ClientSecret" what="the name of the setting for the client secret" />
            <small>
              The Value of a client secret under Certificates &amp; secrets. The Secret ID is not what is needed.
            </small>
          </dd>
        </div>
        <div>
          <dt>Redirect URI</dt>
          <dd>
            <CopyField text={integration.redirectUri} what="the redirect URI" />
            <small>
              To be registered in Entra under Authentication, platform Web. It has to match character by character.
            </small>
          </dd>
        </div>
      </dl>
      <p>
        All steps are in <code>docs/guides/entra-setup.md</code>, in Parley’s own folder.
      </p>
      <Button onClick={() => void check.refetch()} disabledFocusable={check.isFetching}>
        Check again
      </Button>
    </>
  );
}
