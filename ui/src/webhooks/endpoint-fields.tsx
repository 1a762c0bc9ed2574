import { Field, Input } from '@fluentui/react-components';
import { faultAt } from '../parts/form.tsx';

/** What can be changed of an endpoint at any time. `types`: `null` for all. */
export type EndpointDraft = { url: string; description: string; types: string[] | null };

type Props = { draft: EndpointDraft; change: (changes: Partial<EndpointDraft>) => void; error: Error | null };

/** The address of the receiver, and what people call it. */
export function AddressFields({ draft, change, error }: Props) {
  return (
    <>
      <Field
        label="URL"
        required
        hint="An https:// address on the public internet that takes POST requests."
        validationMessage={faultAt(error, '/url')}
      >
        <Input
          type="url"
          value={draft.url}
          maxLength={2000}
          autoComplete="off"
          spellCheck={false}
          placeholder="https://crm.example.com/hooks/parley"
          onChange={(_, { value }) => change({ url: value })}
        />
      </Field>
      <Field
        label="Description"
        hint="For you and your colleagues, such as what it is for and who looks after it."
        validationMessage={faultAt(error, '/description')}
      >
        <Input
          value={draft.description}
          maxLength={500}
          autoComplete="off"
          onChange={(_, { value }) => change({ description: value })}
        />
      </Field>
    </>
  );
}
