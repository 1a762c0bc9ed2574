import { Button } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';
import type { Connection } from '../api/queries.ts';
import { CopyField, copyText } from '../parts/copy.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './integrations.module.css';

const weekS = 7 * 24 * 3600;

/** Makes a link by which somebody who is no member connects the same account again, and copies it where that is allowed. */
export function RenewalLink({ connection: { id, accountEmail } }: { connection: Connection }) {
  const zone = useMe().member.timeZone;
  const make = useMutation({
    mutationFn: async () => {
      const json = { connectionId: id, expiresInSeconds: weekS, ...(accountEmail && { loginHint: accountEmail }) };
      const link = await ask(api['connect-links'].$post({ json }));
      return { ...link, copied: await copyText(link.url) };
    },
  });
  const whose = accountEmail ?? 'this account';
  return (
    <>
      <Button
        disabledFocusable={make.isPending}
        aria-label={`Copy a link to connect again: ${whose}`}
        onClick={() => make.mutate()}
      >
        Copy a link to connect again
      </Button>
      {make.error && (
        <div role="alert" className={styles.wide}>
          <ProblemView problem={problemOf(make.error)} />
        </div>
      )}
      {make.data && (
        <div className={styles.made}>
          <p role="status">
            {make.data.copied ? 'The link is copied. ' : 'The link is ready. '}
            Send it to {whose} only. It works once, until {momentText(make.data.expiresAt, zone)}, and with this account
            alone.
          </p>
          <CopyField text={make.data.url} what={`the link for ${whose}`} />
        </div>
      )}
    </>
  );
}
