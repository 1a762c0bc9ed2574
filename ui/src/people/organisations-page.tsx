import { Button, Field, Input } from '@fluentui/react-components';
import { Add20Regular, BuildingMultiple24Regular, Delete16Regular, Edit16Regular } from '@fluentui/react-icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { api, ask } from '../api/client.ts';
import { organisationsQuery, type Organisation } from '../api/people.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { FormDialog } from '../parts/form-dialog.tsx';
import { faultAt } from '../parts/form.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { rowsOf, ShowMore } from '../parts/show-more.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useChange } from '../parts/use-change.ts';
import { useMe } from '../shell/me.ts';
import { PeopleFrame } from './people-frame.tsx';
import styles from './people.module.css';

const DeleteDialog = lazy(async () => ({ default: (await import('./delete-dialogs.tsx')).DeleteOrganisation }));

type Opened = { dialog: 'edit' | 'delete'; organisation: Organisation } | { dialog: 'add' };

/** Companies, universities and the like that contacts belong to. */
export function OrganisationsPage() {
  const { mayBook } = useMe();
  const [opened, open] = useState<Opened>();
  const [said, say] = useState('');
  const close = (words?: string) => {
    open(undefined);
    if (words) say(words);
  };
  const add = mayBook && (
    <Button appearance="primary" icon={<Add20Regular />} onClick={() => open({ dialog: 'add' })}>
      Add an organisation
    </Button>
  );
  return (
    <PeopleFrame action={add}>
      <Organisations open={open} said={said} />
      <Suspense>
        {opened?.dialog === 'add' && <OrganisationDialog organisation={undefined} onClose={close} />}
        {opened?.dialog === 'edit' && <OrganisationDialog organisation={opened.organisation} onClose={close} />}
        {opened?.dialog === 'delete' && <DeleteDialog organisation={opened.organisation} onClose={close} />}
      </Suspense>
    </PeopleFrame>
  );
}

function Organisations({ open, said }: { open: (opened: Opened) => void; said: string }) {
  const { mayBook } = useMe();
  const list = useInfiniteQuery(organisationsQuery);
  if (!list.data) {
    return list.error ? (
      <QueryProblem error={list.error} retry={list.refetch} />
    ) : (
      <SkeletonRows rows={5} height="52px" />
    );
  }
  const rows = rowsOf(list.data);
  if (rows.length === 0) {
    return (
      <EmptyState icon={BuildingMultiple24Regular} title="No organisations yet">
        <span role="status">{said}</span> An organisation holds its contacts together, and has an address that is
        invited where none of them is named.
      </EmptyState>
    );
  }
  return (
    <section className={sheets.group} aria-label="Organisations">
      <p role="status" className={said ? sheets.quiet : 'visually-hidden'}>
        {said}
      </p>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Default address</th>
            <th scope="col">
              <span className="visually-hidden">What can be done</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((organisation) => (
            <tr key={organisation.id}>
              <th scope="row">{organisation.name}</th>
              <td>{organisation.defaultEmail ?? <span className={styles.none}>None</span>}</td>
              <td className={styles.rowActions}>
                <Link
                  to="/people"
                  search={{ organisation: organisation.id }}
                  aria-label={`Contacts of ${organisation.name}`}
                >
                  Contacts
                </Link>
                {mayBook && (
                  <>
                    <Button
                      appearance="subtle"
                      icon={<Edit16Regular />}
                      aria-label={`Change ${organisation.name}`}
                      onClick={() => open({ dialog: 'edit', organisation })}
                    />
                    <Button
                      appearance="subtle"
                      icon={<Delete16Regular />}
                      aria-label={`Delete ${organisation.name}`}
                      onClick={() => open({ dialog: 'delete', organisation })}
                    />
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ShowMore list={list} />
    </section>
  );
}

type DialogProps = { organisation: Organisation | undefined; onClose: (said?: string) => void };

function OrganisationDialog({ organisation, onClose }: DialogProps) {
  const [name, setName] = useState(organisation?.name ?? '');
  const [email, setEmail] = useState(organisation?.defaultEmail ?? '');
  const save = useChange(
    ['organisations', 'contacts'],
    () => {
      const json = { name: name.trim(), defaultEmail: email.trim() === '' ? null : email.trim() };
      return organisation
        ? ask(api.organisations[':id'].$patch({ param: { id: organisation.id }, json }))
        : ask(api.organisations.$post({ json }));
    },
    (saved) => onClose(organisation ? `${saved.name} is saved.` : `${saved.name} is added.`),
  );
  return (
    <FormDialog
      title={organisation ? organisation.name : 'Add an organisation'}
      verb={organisation ? 'Save' : 'Add'}
      change={save}
      onClose={() => onClose()}
    >
      <Field label="Name" required validationMessage={faultAt(save.error, '/name')}>
        <Input value={name} onChange={(_, { value }) => setName(value)} data-initial-focus />
      </Field>
      <Field
        label="Default address (optional)"
        hint="Who is invited where none of its contacts is named."
        validationMessage={faultAt(save.error, '/defaultEmail')}
      >
        <Input type="email" value={email} onChange={(_, { value }) => setEmail(value)} />
      </Field>
    </FormDialog>
  );
}
