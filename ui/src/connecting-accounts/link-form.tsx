import { Button, Field, Input, Select } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { api, ask, type Answer } from '../api/client.ts';
import { CopyField } from '../parts/copy.tsx';
import { faultAt, FormProblem } from '../parts/form.tsx';
import sheets from '../parts/sheets.module.css';
import { useChange } from '../parts/use-change.ts';
import { momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './connecting-accounts.module.css';

type CreatedLink = Answer<(typeof api)['connect-links']['$post']>;
type Draft = { loginHint: string; externalId: string; returnUri: string; days: Days };

const lifetimes = { '1': 'A day', '7': 'A week', '30': '30 days' } as const;
type Days = keyof typeof lifetimes;

const empty: Draft = { loginHint: '', externalId: '', returnUri: '', days: '7' };
const dayS = 24 * 3600;

/** Makes a link by which one person connects their account: to try it, or to send it by hand. */
export function LinkForm({ returnUris }: { returnUris: string[] }) {
  const [draft, setDraft] = useState(empty);
  const make = useChange([], () => ask(api['connect-links'].$post({ json: linkOf(draft) })));
  const change = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!make.isPending) make.mutate();
  };
  return (
    <form className={sheets.group} onSubmit={onSubmit} noValidate aria-label="Make a link for a person">
      <h2>Make a link for a person</h2>
      <p className={sheets.quiet}>
        Your application makes such links itself, with POST /v1/connect-links. Here you make one by hand. Whoever has it
        can connect one account with it, once.
      </p>
      <Field
        label="Address of the account"
        hint="Microsoft then asks for this account first. It may stay empty."
        validationMessage={faultAt(make.error, '/loginHint')}
      >
        <Input type="email" value={draft.loginHint} onChange={(_, { value }) => change({ loginHint: value })} />
      </Field>
      <Field
        label="What your application calls the person"
        hint="Comes back with the connection as externalId. It may stay empty."
        validationMessage={faultAt(make.error, '/externalId')}
      >
        <Input value={draft.externalId} onChange={(_, { value }) => change({ externalId: value })} />
      </Field>
      <Field label="Afterwards the person sees" validationMessage={faultAt(make.error, '/returnUri')}>
        <Select value={draft.returnUri} onChange={(_, { value }) => change({ returnUri: value })}>
          <option value="">A page of Parley that says they are done</option>
          {returnUris.map((address) => (
            <option key={address} value={address}>
              {address}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="The link works for" validationMessage={faultAt(make.error, '/expiresInSeconds')}>
        <Select
          value={draft.days}
          // The list has these values and no others.
          onChange={(_, { value }) => change({ days: value as Days })}
        >
          {Object.entries(lifetimes).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </Select>
      </Field>
      <FormProblem error={make.error} />
      <div className={styles.foot}>
        <Button type="submit" disabledFocusable={make.isPending}>
          Make the link
        </Button>
      </div>
      {make.data && <Made key={make.data.id} link={make.data} />}
    </form>
  );
}

/** The link right after it was made; it is shown this once. */
function Made({ link: { url, expiresAt, loginHint } }: { link: CreatedLink }) {
  const zone = useMe().member.timeZone;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className={styles.made}>
      <h3 ref={heading} tabIndex={-1}>
        Copy the link {loginHint === null ? '' : `for ${loginHint} `}now
      </h3>
      <p>It is shown this once, and works until {momentText(expiresAt, zone)}.</p>
      <CopyField text={url} what="the link" />
    </div>
  );
}

function linkOf({ loginHint, externalId, returnUri, days }: Draft) {
  return {
    ...(loginHint.trim() && { loginHint: loginHint.trim() }),
    ...(externalId.trim() && { externalId: externalId.trim() }),
    ...(returnUri && { returnUri }),
    expiresInSeconds: Number(days) * dayS,
  };
}
