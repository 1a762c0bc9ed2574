import { useQuery } from '@tanstack/react-query';
import { workspaceQuery } from '../api/workspace.ts';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useMe } from '../shell/me.ts';
import { AddressesForm } from './addresses-form.tsx';
import { LinkForm } from './link-form.tsx';

/** Where people may go after they connected an account for an application, and a link for one of them. */
export function ConnectingAccountsPage() {
  return (
    <Page
      title="Connecting accounts"
      lead="Your applications can ask people who are no members of this workspace to connect their Microsoft account. Each of them gets a link, signs in at Microsoft, and goes back to your application."
    >
      <ManagersOnly>
        <Content />
      </ManagersOnly>
    </Page>
  );
}

function Content() {
  const { mayManage } = useMe();
  const { data, error, refetch } = useQuery({ ...workspaceQuery, enabled: mayManage, refetchOnWindowFocus: false });
  if (!data) return error ? <QueryProblem error={error} retry={refetch} /> : <SkeletonRows rows={3} height="220px" />;
  return (
    <div className={sheets.stack}>
      <AddressesForm start={data} />
      <LinkForm returnUris={data.returnUris} />
    </div>
  );
}
