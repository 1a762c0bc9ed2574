import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { apiKeysQuery, type ApiKey } from '../api/queries.ts';
import { Card, Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useNow } from '../parts/use-now.ts';
import { agoText, dayText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './api-keys.module.css';
import { NewKey } from './new-key.tsx';

const RevokeDialog = lazy(async () => ({ default: (await import('./revoke-dialog.tsx')).RevokeDialog }));

/** Keys with which other programs book and make meetings in this workspace. */
export function ApiKeysPage() {
  const { data, error, refetch } = useQuery(apiKeysQuery);
  const lead = (
    <>
      With a key, your other programs book times and make meetings in this workspace. What they can ask for is described
      in <a href="/openapi.json">the OpenAPI description</a>.
    </>
  );
  return (
    <Page title="API keys" lead={lead}>
      <div className={styles.stack}>
        {!data && !error && <SkeletonRows rows={2} height="120px" />}
        {!data && error && <QueryProblem error={error} retry={refetch} />}
        {data && <NewKey keys={data} />}
        {data && data.length > 0 && (
          <Card label="Keys">
            <Keys keys={data} />
          </Card>
        )}
      </div>
    </Page>
  );
}

function Keys({ keys }: { keys: ApiKey[] }) {
  const zone = useMe().member.timeZone;
  const now = useNow();
  const [revoking, setRevoking] = useState<ApiKey>();
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Begins with</th>
            <th scope="col">Last used</th>
            <th scope="col">Made</th>
            <th scope="col">
              <span className="visually-hidden">Revoke</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id}>
              <th scope="row">{key.name}</th>
              <td>
                <code>{key.hint}…</code>
              </td>
              <td data-name="Last used">{key.lastUsedAt ? agoText(key.lastUsedAt, now, zone) : 'Not yet'}</td>
              <td data-name="Made">{dayText(key.createdAt, zone)}</td>
              <td>
                <Button onClick={() => setRevoking(key)} aria-label={`Revoke ${key.name}`}>
                  Revoke
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {revoking && (
        <Suspense>
          <RevokeDialog apiKey={revoking} onClose={() => setRevoking(undefined)} />
        </Suspense>
      )}
    </div>
  );
}
