import { Button, Field, Select } from '@fluentui/react-components';
import { ArrowDownload20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api, askText } from '../api/client.ts';
import { setupQuery, type SetupStep } from '../api/queries.ts';
import { CopyButton } from '../parts/copy.tsx';
import { Modal } from '../parts/modal.tsx';
import partStyles from '../parts/parts.module.css';
import { QueryProblem } from '../parts/problem-view.tsx';
import { Bar } from '../parts/skeleton.tsx';
import { Verbatim } from '../parts/verbatim.tsx';
import styles from './tenant-setup.module.css';

/** What is left, as a text for the mail to whoever holds the other administrator role. */
export function ExportDialog({ tenantId, onClose }: { tenantId: string; onClose: () => void }) {
  const id = useId();
  const [role, setRole] = useState<SetupStep['role'] | ''>('');
  const { data: setup } = useQuery(setupQuery(tenantId));
  const query = role ? { role } : {};
  const { data, error, refetch } = useQuery({
    queryKey: ['tenants', tenantId, 'export', role],
    queryFn: () => askText(api.tenants[':id'].setup.export.$get({ param: { id: tenantId }, query })),
  });
  const roles = [...new Set(setup?.steps.map((step) => step.role))];
  const address = `/v1/tenants/${tenantId}/setup/export${role && `?role=${encodeURIComponent(role)}`}`;
  return (
    <Modal labelledBy={id} onClose={onClose} className={styles.wide}>
      <h2 id={id}>Export for a colleague</h2>
      <div className={partStyles.modalText}>
        <p>
          Where the setup stands, and what is left to do, with values and scripts. It holds no secrets, and can be sent
          by mail.
        </p>
        <Field label="For whom">
          <Select
            value={role}
            data-initial-focus
            onChange={(_, { value }) => setRole(roles.find((one) => one === value) ?? '')}
          >
            <option value="">Everybody: all that is left</option>
            {roles.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </Select>
        </Field>
        {error && !data && <QueryProblem error={error} retry={refetch} />}
        {!data && !error && <Bar height="18rem" />}
        {data !== undefined && (
          <Verbatim label="The text" className={styles.exported}>
            {data}
          </Verbatim>
        )}
      </div>
      <div className={partStyles.modalActions}>
        <Button onClick={onClose}>Close</Button>
        <Button as="a" href={address} download="parley-setup.txt" icon={<ArrowDownload20Regular />}>
          Download
        </Button>
        <CopyButton text={data ?? ''} what="the text" words="Copy the text" appearance="primary" />
      </div>
    </Modal>
  );
}
