import { Checkbox, Field, Input, Select, Textarea } from '@fluentui/react-components';
import type { AppRegistration } from '../api/queries.ts';
import { faultAt } from '../parts/form.tsx';
import { cloudWords } from './registration-words.ts';

/** What can be changed at any time. Lists are one entry in each line. */
export type Settings = {
  name: string;
  cloud: AppRegistration['cloud'];
  scopes: string;
  redirectUris: string;
  assertion: AppRegistration['assertion'];
  usedForSignIn: boolean;
};

type Props = { draft: Settings; change: (changes: Partial<Settings>) => void; error: Error | null };

const clouds = Object.keys(cloudWords) as Settings['cloud'][];

/** The entries of a list that is written one in each line. */
export function linesOf(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

export function NameField({ draft, change, error }: Props) {
  return (
    <Field label="Name in Parley" required validationMessage={faultAt(error, '/name')}>
      <Input
        value={draft.name}
        maxLength={100}
        autoComplete="off"
        placeholder="Northgate meetings"
        onChange={(_, { value }) => change({ name: value })}
      />
    </Field>
  );
}

/** What most people leave as it is. */
export function MoreFields({ draft, change, error }: Props) {
  return (
    <>
      <Field label="Cloud" validationMessage={faultAt(error, '/cloud')}>
        <Select
          value={draft.cloud}
          onChange={(_, { value }) => change({ cloud: clouds.find((cloud) => cloud === value) ?? 'global' })}
        >
          {clouds.map((cloud) => (
            <option key={cloud} value={cloud}>
              {cloudWords[cloud]}
            </option>
          ))}
        </Select>
      </Field>
      <Field
        label="Redirect URIs"
        hint="One in each line, as registered in Entra, to the letter. Parley uses the first one."
        validationMessage={faultAt(error, '/redirectUris')}
      >
        <Textarea
          value={draft.redirectUris}
          rows={2}
          resize="vertical"
          spellCheck={false}
          onChange={(_, { value }) => change({ redirectUris: value })}
        />
      </Field>
      <Field
        label="Delegated permissions"
        hint="What people who connect their own account are asked for, one in each line."
        validationMessage={faultAt(error, '/scopes')}
      >
        <Textarea
          value={draft.scopes}
          rows={4}
          resize="vertical"
          spellCheck={false}
          onChange={(_, { value }) => change({ scopes: value })}
        />
      </Field>
      <Field
        label="How certificates sign"
        hint="PS256 is what Microsoft recommends. RS256 is for set-ups that do not take it."
        validationMessage={faultAt(error, '/assertion')}
      >
        <Select
          value={draft.assertion}
          onChange={(_, { value }) => change({ assertion: value === 'RS256' ? 'RS256' : 'PS256' })}
        >
          <option value="PS256">PS256</option>
          <option value="RS256">RS256</option>
        </Select>
      </Field>
      <Field
        hint="Otherwise they go on through the one that is used now. Those who are connected stay connected through theirs."
        validationMessage={faultAt(error, '/usedForSignIn')}
      >
        <Checkbox
          label="People of this workspace connect through it"
          checked={draft.usedForSignIn}
          onChange={(_, { checked }) => change({ usedForSignIn: checked === true })}
        />
      </Field>
    </>
  );
}
