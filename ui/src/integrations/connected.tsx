import type { Connection } from '../api/queries.ts';
import { Facts } from '../parts/page.tsx';
import { useNow } from '../parts/use-now.ts';
import { agoText, momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { DisconnectButton } from './disconnect-button.tsx';

/** All is well: which account, since when, when it last worked. */
export function Connected({ connection }: { connection: Connection }) {
  return (
    <>
      <ConnectionFacts connection={connection} />
      <DisconnectButton connection={connection} />
    </>
  );
}

/** The account of a connection and its dates. */
export function ConnectionFacts({
  connection: { accountEmail, accountName, createdAt, lastUsedAt },
}: {
  connection: Connection;
}) {
  const zone = useMe().member.timeZone;
  const now = useNow();
  const account =
    accountName && accountEmail ? `${accountEmail} (${accountName})` : (accountEmail ?? accountName ?? 'Unknown');
  return (
    <Facts
      rows={[
        ['Account', <strong key="account">{account}</strong>],
        ['Connected since', momentText(createdAt, zone)],
        ['Last used', lastUsedAt ? <LastUsed key="used" at={lastUsedAt} now={now} zone={zone} /> : 'Not yet'],
      ]}
    />
  );
}

function LastUsed({ at, now, zone }: { at: string; now: number; zone: string }) {
  return (
    <time dateTime={at} title={momentText(at, zone)}>
      {agoText(at, now, zone)}
    </time>
  );
}
