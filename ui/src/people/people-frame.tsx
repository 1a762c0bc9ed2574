import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../parts/page.tsx';
import { Tabs } from '../parts/tabs.tsx';

type Props = { action?: ReactNode; children: ReactNode };

/** What the pages about people share. */
export function PeopleFrame({ action, children }: Props) {
  return (
    <Page
      title="People"
      lead="The people you meet, the organisations they belong to, and the operators who meet them."
      action={action}
    >
      <Tabs label="Whom to look at">
        <Link to="/people" activeOptions={{ exact: true, includeSearch: false }}>
          Contacts
        </Link>
        <Link to="/people/organisations">Organisations</Link>
        <Link to="/people/operators">Operators</Link>
      </Tabs>
      {children}
    </Page>
  );
}
