import { Field, Input } from '@fluentui/react-components';
import { faultAt } from '../parts/form.tsx';

type Props = { name: string; change: (name: string) => void; error: Error | null };

/** What a certificate or a secret is called in Parley; the first field of the dialogs that add one. */
export function CredentialName({ name, change, error }: Props) {
  return (
    <Field label="Name" required validationMessage={faultAt(error, '/name')}>
      <Input
        value={name}
        maxLength={100}
        autoComplete="off"
        data-initial-focus
        onChange={(_, { value }) => change(value)}
      />
    </Field>
  );
}
