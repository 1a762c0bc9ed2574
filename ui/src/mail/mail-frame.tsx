import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ManagersOnly } from '../parts/managers-only.tsx';
import { Page } from '../parts/page.tsx';
import { Tabs } from '../parts/tabs.tsx';

/** What the pages about mail share. */
export function MailFrame({ children }: { children: ReactNode }) {
  return (
    <Page
      title="Mail"
      lead="What Parley writes to visitors and to your people, and whether it arrived at the mail server."
    >
      <ManagersOnly>
        <Tabs label="What to look at">
          <Link to="/settings/mail" activeOptions={{ exact: true, includeSearch: false }}>
            Sent mail
          </Link>
          <Link to="/settings/mail/templates">Templates</Link>
        </Tabs>
        {children}
      </ManagersOnly>
    </Page>
  );
}
