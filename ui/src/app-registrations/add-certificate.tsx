import { Field, Select } from '@fluentui/react-components';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { faultAt } from '../parts/form.tsx';
import { FormDialog } from '../parts/form-dialog.tsx';
import { CredentialName } from './credential-name.tsx';
import { useRegistrationChange } from './use-registration-change.ts';

type Years = 1 | 2 | 3;

/** Makes a key pair with its certificate: nobody has to handle a private key. */
export function AddCertificate({ registrationId, onClose }: { registrationId: string; onClose: () => void }) {
  const [name, setName] = useState(`Certificate ${new Date().getFullYear()}`);
  const [years, setYears] = useState<Years>(2);
  const make = useRegistrationChange(
    () =>
      ask(api['app-registrations'][':id'].certificates.$post({ param: { id: registrationId }, json: { name, years } })),
    onClose,
  );
  return (
    <FormDialog title="Make a certificate" verb="Make the certificate" change={make} onClose={onClose}>
      <p style={{ margin: 0 }}>
        Parley makes a private key, keeps it encrypted, and gives it to nobody. Then you upload the certificate, which
        is no secret, in Entra.
      </p>
      <CredentialName name={name} change={setName} error={make.error} />
      <Field label="Good for" validationMessage={faultAt(make.error, '/years')}>
        <Select value={String(years)} onChange={(_, { value }) => setYears(value === '1' ? 1 : value === '3' ? 3 : 2)}>
          <option value="1">1 year</option>
          <option value="2">2 years</option>
          <option value="3">3 years</option>
        </Select>
      </Field>
    </FormDialog>
  );
}
