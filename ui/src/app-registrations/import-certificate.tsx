import { Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { faultAt } from '../parts/form.tsx';
import styles from './app-registrations.module.css';
import { FormDialog } from '../parts/form-dialog.tsx';
import { CredentialName } from './credential-name.tsx';
import { useRegistrationChange } from './use-registration-change.ts';

/** Takes a certificate that was made elsewhere, with its private key. */
export function ImportCertificate({ registrationId, onClose }: { registrationId: string; onClose: () => void }) {
  const [name, setName] = useState('');
  const [file, setFile] = useState<File>();
  const [password, setPassword] = useState('');
  const bring = useRegistrationChange(async () => {
    const json = { name, file: file ? await base64Of(file) : '', ...(password && { password }) };
    return ask(api['app-registrations'][':id'].certificates.import.$post({ param: { id: registrationId }, json }));
  }, onClose);
  const fileFault = faultAt(bring.error, '/file');
  return (
    <FormDialog title="Bring your own certificate" verb="Add the certificate" change={bring} onClose={onClose}>
      <CredentialName name={name} change={setName} error={bring.error} />
      <Field
        label="File"
        required
        hint="PEM or PFX, with the certificate and its private key. Parley keeps the key encrypted and gives it to nobody."
        validationMessage={fileFault && !file ? 'Choose a file.' : fileFault}
      >
        {(props) => (
          <input
            {...props}
            type="file"
            className={styles.fileField}
            accept=".pem,.pfx,.p12,.key,.crt,.cer"
            onChange={({ target }) => setFile(target.files?.[0])}
          />
        )}
      </Field>
      <Field
        label="Password of the file (if it has one)"
        hint="Used once, to open it."
        validationMessage={faultAt(bring.error, '/password')}
      >
        <Input type="password" value={password} autoComplete="off" onChange={(_, { value }) => setPassword(value)} />
      </Field>
    </FormDialog>
  );
}

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
