import { Button } from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import { api, ask } from '../api/client.ts';
import type { Tenant } from '../api/queries.ts';
import { Actions } from '../parts/page.tsx';
import { ChangeProblem } from '../parts/problem-view.tsx';
import { useChange } from '../parts/use-change.ts';

const RemoveTenant = lazy(async () => ({ default: (await import('./remove-tenant.tsx')).RemoveTenant }));
const PauseTenant = lazy(async () => ({ default: (await import('./pause-tenant.tsx')).PauseTenant }));

/** What is done to the tenant as a whole: pause, resume, remove. */
export function TenantActions({ tenant, title }: { tenant: Tenant; title: string }) {
  const [asking, setAsking] = useState<'remove' | 'pause'>();
  const { id, stage } = tenant;
  const resume = useChange(['tenants'], () => ask(api.tenants[':id'].resume.$post({ param: { id } })));
  const close = () => setAsking(undefined);
  return (
    <section aria-label="The tenant as a whole">
      <Actions>
        {stage === 'paused' ? (
          <Button disabledFocusable={resume.isPending} onClick={() => resume.mutate()}>
            Resume
          </Button>
        ) : (
          stage !== 'setup' && <Button onClick={() => setAsking('pause')}>Pause</Button>
        )}
        <Button onClick={() => setAsking('remove')}>Remove this tenant</Button>
      </Actions>
      <ChangeProblem error={resume.error} />
      <Suspense>
        {asking === 'remove' && <RemoveTenant tenant={tenant} title={title} onClose={close} />}
        {asking === 'pause' && <PauseTenant tenant={tenant} title={title} onClose={close} />}
      </Suspense>
    </section>
  );
}
