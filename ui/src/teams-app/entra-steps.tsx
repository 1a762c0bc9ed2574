import { Button } from '@fluentui/react-components';
import { Open20Regular } from '@fluentui/react-icons';
import type { TeamsApp } from '../api/teams-app.ts';
import { CopyField } from '../parts/copy.tsx';
import sheets from '../parts/sheets.module.css';
import styles from './teams-app.module.css';

type Props = { registration: NonNullable<TeamsApp['registration']>; clients: TeamsApp['authorizedClients'] };

/** What people read who are asked to consent by themselves. */
const consent = {
  title: 'See who you are in Teams',
  words: 'Lets the app in Teams know which account you use, so that it shows you your own appointments.',
};

/** “Expose an API”, field by field, each with what belongs into it. */
export function EntraSteps({ registration, clients }: Props) {
  const { name, portalUrl, resource, scope } = registration;
  return (
    <section className={sheets.group} aria-labelledby="entra">
      <div className={styles.head}>
        <h2 id="entra">1. Let Teams sign people in</h2>
        <Button as="a" href={portalUrl} target="_blank" rel="noopener noreferrer" icon={<Open20Regular />}>
          Open in Entra
        </Button>
      </div>
      <p className={styles.text}>
        Whoever manages the app registration “{name}” does this once, in the Entra admin center under{' '}
        <em>Expose an API</em>.
      </p>
      <ol className={styles.steps}>
        <li>
          <em>Application ID URI</em>, <em>Add</em>:
          <CopyField text={resource} what="Application ID URI" />
        </li>
        <li>
          <em>Add a scope</em>. Scope name:
          <CopyField text={scope} what="scope name" />
          Who can consent: <em>Admins and users</em>. State: <em>Enabled</em>. Display names and descriptions, for
          administrators and for users:
          <CopyField text={consent.title} what="display name of the scope" />
          <CopyField text={consent.words} what="description of the scope" />
        </li>
        <li>
          <em>Add a client application</em>, once for each of these, with the scope ticked:
          <dl className={styles.clients}>
            {clients.map((client) => (
              <div key={client.id}>
                <dt>{client.name}</dt>
                <dd>
                  <CopyField text={client.id} what={`client id of ${client.name}`} />
                </dd>
              </div>
            ))}
          </dl>
        </li>
      </ol>
      <p className={styles.text}>
        Entra takes some minutes until that counts. The host in the Application ID URI is this server’s: if it moves to
        another address, come back here.
      </p>
    </section>
  );
}
