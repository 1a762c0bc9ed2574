import { Button, Input, Select } from '@fluentui/react-components';
import { ArrowImport20Regular, People28Regular, PersonAdd20Regular, Search20Regular } from '@fluentui/react-icons';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useDeferredValue, useState } from 'react';
import { contactsQuery, organisationChoicesQuery, type Contact } from '../api/people.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { rowsOf, ShowMore } from '../parts/show-more.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useMe } from '../shell/me.ts';
import { ContactTable } from './contact-table.tsx';
import { PeopleFrame } from './people-frame.tsx';
import styles from './people.module.css';

const ContactDialog = lazy(async () => ({ default: (await import('./contact-dialog.tsx')).ContactDialog }));
const DeleteDialog = lazy(async () => ({ default: (await import('./delete-dialogs.tsx')).DeleteContact }));
const ImportDialog = lazy(async () => ({ default: (await import('./import-dialog.tsx')).ImportDialog }));
const route = getRouteApi('/people');

type Opened = { dialog: 'edit' | 'delete'; contact: Contact } | { dialog: 'add' } | { dialog: 'import' };

/** The people outside whom the workspace knows. */
export function ContactsPage() {
  const { mayBook } = useMe();
  const [opened, open] = useState<Opened>();
  const [said, say] = useState('');
  const close = (words?: string) => {
    open(undefined);
    if (words) say(words);
  };
  const add = mayBook && (
    <Button appearance="primary" icon={<PersonAdd20Regular />} onClick={() => open({ dialog: 'add' })}>
      Add a contact
    </Button>
  );
  return (
    <PeopleFrame action={add}>
      <Contacts open={open} said={said} />
      <Suspense>
        {opened?.dialog === 'add' && <ContactDialog contact={undefined} onClose={close} />}
        {opened?.dialog === 'edit' && <ContactDialog contact={opened.contact} onClose={close} />}
        {opened?.dialog === 'delete' && <DeleteDialog contact={opened.contact} onClose={close} />}
        {opened?.dialog === 'import' && <ImportDialog onClose={close} />}
      </Suspense>
    </PeopleFrame>
  );
}

function Contacts({ open, said }: { open: (opened: Opened) => void; said: string }) {
  const { mayBook } = useMe();
  const { organisation } = route.useSearch();
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const filter = { ...(q && { q }), ...(organisation && { organisationId: organisation }) };
  const list = useInfiniteQuery({ ...contactsQuery(filter), placeholderData: (before) => before });
  if (!list.data) {
    return list.error ? (
      <QueryProblem error={list.error} retry={list.refetch} />
    ) : (
      <SkeletonRows rows={6} height="52px" />
    );
  }
  const rows = rowsOf(list.data);
  const importButton = mayBook && (
    <Button icon={<ArrowImport20Regular />} onClick={() => open({ dialog: 'import' })}>
      Paste a list
    </Button>
  );
  if (rows.length === 0 && !q && !organisation) {
    return (
      <EmptyState icon={People28Regular} title="No contacts yet" action={importButton}>
        <span role="status">{said}</span> Whoever is known here is found by name when you book for somebody, with their
        organisation and their language.
      </EmptyState>
    );
  }
  return (
    <section className={sheets.group} aria-label="Contacts">
      <div className={styles.tools}>
        <Input
          type="search"
          className={styles.search}
          contentBefore={<Search20Regular />}
          placeholder="Name, address or organisation"
          aria-label="Search contacts by name, address or organisation"
          value={typed}
          onChange={(_, { value }) => setTyped(value)}
        />
        <OrganisationFilter organisation={organisation} />
        {importButton}
      </div>
      <p role="status" className={said ? sheets.quiet : 'visually-hidden'}>
        {said}
      </p>
      {rows.length === 0 ? (
        <p className={sheets.quiet}>Nobody here is like that.</p>
      ) : (
        <ContactTable
          rows={rows}
          edit={(contact) => open({ dialog: 'edit', contact })}
          remove={(contact) => open({ dialog: 'delete', contact })}
        />
      )}
      <ShowMore list={list} />
    </section>
  );
}

function OrganisationFilter({ organisation = '' }: { organisation: string | undefined }) {
  const navigate = route.useNavigate();
  const { data: organisations = [] } = useQuery(organisationChoicesQuery);
  if (organisations.length === 0) return null;
  return (
    <Select
      aria-label="Of which organisation"
      value={organisation}
      onChange={(_, { value }) =>
        void navigate({ search: value === '' ? {} : { organisation: value }, replace: true, resetScroll: false })
      }
    >
      <option value="">All organisations</option>
      {organisations.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
  );
}
