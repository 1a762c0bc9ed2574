import { Button } from '@fluentui/react-components';
import { PersonAdd20Regular } from '@fluentui/react-icons';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { Organizer } from '../api/organizers.ts';
import type { Tenant } from '../api/queries.ts';
import { DefaultOrganizer } from './default-organizer.tsx';
import { Roster } from './roster.tsx';
import { TenantFrame } from './tenant-frame.tsx';

const route = getRouteApi('/microsoft-365/access-policies/$tenantId');
const AddDialog = lazy(async () => ({ default: (await import('./add-dialog.tsx')).AddDialog }));
const ImportDialog = lazy(async () => ({ default: (await import('./import-dialog.tsx')).ImportDialog }));
const ScriptsDialog = lazy(async () => ({ default: (await import('./scripts-dialog.tsx')).ScriptsDialog }));
const OrganizerDialog = lazy(async () => ({ default: (await import('./organizer-dialog.tsx')).OrganizerDialog }));

/** What is open over the roster. */
export type Opened =
  | { dialog: 'add' }
  | { dialog: 'import' }
  | { dialog: 'scripts'; chosen: Organizer[]; listed: Organizer[] }
  | { dialog: 'organizer'; organizer: Organizer };

/** Who may own meetings of a tenant: Parley’s list, and how each person stands with Microsoft’s policy. */
export function RosterPage() {
  const { tenantId } = route.useParams();
  return <RosterOf key={tenantId} tenantId={tenantId} />;
}

function RosterOf({ tenantId }: { tenantId: string }) {
  const [opened, open] = useState<Opened>();
  const [said, say] = useState('');
  const add = (
    <Button appearance="primary" icon={<PersonAdd20Regular />} onClick={() => open({ dialog: 'add' })}>
      Add an organizer
    </Button>
  );
  return (
    <TenantFrame tenantId={tenantId} shown="organizers" action={() => add}>
      {(tenant) => (
        <>
          <DefaultOrganizer tenant={tenant} />
          <Roster tenant={tenant} said={said} say={say} open={open} />
          <Suspense>
            {opened && (
              <Dialog
                tenant={tenant}
                opened={opened}
                onClose={(words) => {
                  open(undefined);
                  if (words !== undefined) say(words);
                }}
              />
            )}
          </Suspense>
        </>
      )}
    </TenantFrame>
  );
}

type DialogProps = { tenant: Tenant; opened: Opened; onClose: (said?: string) => void };

function Dialog({ tenant, opened, onClose }: DialogProps) {
  switch (opened.dialog) {
    case 'add':
      return <AddDialog tenant={tenant} onClose={onClose} />;
    case 'import':
      return <ImportDialog tenant={tenant} onClose={onClose} />;
    case 'scripts':
      return <ScriptsDialog tenant={tenant} chosen={opened.chosen} listed={opened.listed} onClose={onClose} />;
    case 'organizer':
    default:
      return <OrganizerDialog tenant={tenant} organizer={opened.organizer} onClose={onClose} />;
  }
}
