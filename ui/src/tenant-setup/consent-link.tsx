import { Button } from '@fluentui/react-components';
import { Link20Regular } from '@fluentui/react-icons';
import { api, ask } from '../api/client.ts';
import type { Tenant } from '../api/queries.ts';
import { CopyField } from '../parts/copy.tsx';
import { Actions } from '../parts/page.tsx';
import { ChangeProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { useChange } from '../parts/use-change.ts';
import { momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './tenant-setup.module.css';

/** Makes the link at which an administrator approves, to be opened here or sent to them. */
export function ConsentLink({ tenant: { id, consentedAt, verifiedAt } }: { tenant: Tenant }) {
  const zone = useMe().member.timeZone;
  const make = useChange(['tenants'], () => ask(api.tenants[':id'].consent.$post({ param: { id } })));
  return (
    <section className={styles.part} aria-label="Link for admin consent">
      {make.data ? (
        <div className={styles.made}>
          <p role="status">
            A Global Administrator or a Privileged Role Administrator of this tenant must open it, until{' '}
            {momentText(make.data.expiresAt, zone)}. They need no account in Parley.
          </p>
          <CopyField text={make.data.url} what="the link for admin consent" />
          <Actions>
            <Button as="a" href={make.data.url} icon={<Link20Regular />}>
              Open it here
            </Button>
          </Actions>
        </div>
      ) : (
        <Actions>
          <Button icon={<Link20Regular />} disabledFocusable={make.isPending} onClick={() => make.mutate()}>
            Make the link
          </Button>
        </Actions>
      )}
      <ChangeProblem error={make.error} />
      <p className={sheets.quiet}>
        {consentedAt
          ? `Somebody came back from Microsoft’s page on ${momentText(consentedAt, zone)}. `
          : 'Nobody came back from Microsoft’s page yet. '}
        {verifiedAt && `Parley last got a token of this tenant on ${momentText(verifiedAt, zone)}.`}
      </p>
    </section>
  );
}
