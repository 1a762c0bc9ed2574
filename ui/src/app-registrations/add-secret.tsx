import { Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { faultAt } from '../parts/form.tsx';
import { FormDialog } from '../parts/form-dialog.tsx';
import { CredentialName } from './credential-name.tsx';
import { useRegistrationChange } from './use-registration-change.ts';

/** Takes a client secret that was made in Entra; it is never shown again. */
export function AddSecret({ registrationId, onClose }: { registrationId: string; onClose: () => void }) {
  const [name, setName] = useState('');
  const [secret, setSecret] = useState('');
  const [day, setDay] = useState('');
  const add = useRegistrationChange(() => {
    const json = { name, secret, ...(day && { expiresAt: `${day}T00:00:00Z` }) };
    return ask(api['app-registrations'][':id'].secrets.$post({ param: { id: registrationId }, json }));
  }, onClose);
  return (
    <FormDialog title="Add a client secret" verb="Add the secret" change={add} onClose={onClose}>
      <p style={{ margin: 0 }}>
        In Entra: Certificates &amp; secrets › Client secrets › New client secret. A certificate is safer, as its
        private key never travels.
      </p>
      <CredentialName name={name} change={setName} error={add.error} />
      <Field
        label="Value"
        required
        hint="The Value, which Entra shows once, not the Secret ID. Parley keeps it encrypted and shows it to nobody."
        validationMessage={faultAt(add.error, '/secret')}
      >
        <Input type="password" value={secret} autoComplete="off" onChange={(_, { value }) => setSecret(value)} />
      </Field>
      <Field
        label="Ends on"
        hint="As Entra shows it under Expires. Then Parley warns you in time."
        validationMessage={faultAt(add.error, '/expiresAt')}
      >
        <Input type="date" value={day} onChange={(_, { value }) => setDay(value)} />
      </Field>
    </FormDialog>
  );
}
