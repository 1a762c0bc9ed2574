import { Button, Field, Textarea } from '@fluentui/react-components';
import { Warning20Filled } from '@fluentui/react-icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState } from 'react';
import { api, ask } from '../api/client.ts';
import type { RosterReport } from '../api/organizers.ts';
import type { Tenant } from '../api/queries.ts';
import { faultAt, FormProblem } from '../parts/form.tsx';
import { Modal } from '../parts/modal.tsx';
import partStyles from '../parts/parts.module.css';
import styles from './access-policies.module.css';
import { nameList, peopleText } from './policy-words.ts';
import { ScriptView } from './script-view.tsx';

type Props = { tenant: Tenant; onClose: (said?: string) => void };

/** Takes over who has which policy, from the list that an administrator wrote down with PowerShell. */
export function ImportDialog({ tenant, onClose }: Props) {
  const id = useId();
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const read = useMutation({
    mutationFn: () => ask(api.tenants[':id'].organizers.import.$post({ param: { id: tenant.id }, json: { text } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['organizers', tenant.id] }),
  });
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!read.isPending && text.trim() !== '') read.mutate();
  };
  return (
    <Modal labelledBy={`${id}-title`} className={styles.wide} onClose={() => onClose()}>
      <h2 id={`${id}-title`}>Import the policy list</h2>
      {read.data ? (
        <Report report={read.data} policyName={tenant.policyName} onClose={() => onClose()} />
      ) : (
        <form className={styles.form} onSubmit={onSubmit} noValidate>
          <p>
            The list says which policy each person has. It changes nothing at Microsoft and adds nobody here; Parley
            still tries everyone itself.
          </p>
          <details className={styles.more}>
            <summary>How to get the list</summary>
            <p>A Teams administrator runs this. It writes a file that you can choose below.</p>
            <ScriptView tenantId={tenant.id} request={{ kind: 'roster' }} />
          </details>
          <ListFields text={text} change={setText} fault={faultAt(read.error, '/text')} />
          <FormProblem error={read.error} />
          <div className={partStyles.modalActions}>
            <Button onClick={() => onClose()}>Cancel</Button>
            <Button type="submit" appearance="primary" disabledFocusable={read.isPending || text.trim() === ''}>
              {read.isPending ? 'Reading…' : 'Import'}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}

type ListFieldsProps = { text: string; change: (text: string) => void; fault: string | undefined };

function ListFields({ text, change, fault }: ListFieldsProps) {
  const choose = (file: File | undefined) => void file?.text().then(change);
  return (
    <>
      <Field label="File (CSV or JSON)">
        {(field) => (
          <input
            {...field}
            type="file"
            accept=".csv,.json,.txt,text/csv,application/json,text/plain"
            className={styles.file}
            onChange={({ target }) => choose(target.files?.[0])}
          />
        )}
      </Field>
      <Field label="Or paste the list" validationMessage={fault}>
        <Textarea
          className={styles.list}
          value={text}
          rows={7}
          resize="vertical"
          placeholder={'"UserPrincipalName","ApplicationAccessPolicy"\n"dana@your-domain.example","Parley-Meetings"'}
          spellCheck={false}
          onChange={(_, { value }) => change(value)}
        />
      </Field>
    </>
  );
}

type ReportProps = { report: RosterReport; policyName: string; onClose: () => void };

/** What the list says of the people here, in words. */
function Report({ report, policyName, onClose }: ReportProps) {
  const { known, granted, without, otherPolicy, unknown, unknownLeftOut } = report;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const strangers = unknown.length + unknownLeftOut;
  return (
    <div className={styles.form}>
      <h3 ref={heading} tabIndex={-1}>
        {known === 0 ? 'Nobody on that list is an organizer here' : `The list names ${peopleText(known)} of yours`}
      </h3>
      {known > 0 && (
        <ul className={styles.report}>
          {granted > 0 && (
            <li>
              {peopleText(granted)} with “{policyName}”. Parley tries them now and shows “Granted” once Teams agrees.
            </li>
          )}
          {without > 0 && (
            <li>{peopleText(without)} with no policy of their own: the one of the whole tenant counts for them.</li>
          )}
        </ul>
      )}
      {otherPolicy.length > 0 && (
        <div className={styles.warning}>
          <Warning20Filled aria-hidden />
          <p>
            <strong>{peopleText(otherPolicy.length)} with another policy: </strong>
            {nameList(otherPolicy.map(({ userPrincipalName, policy }) => `${userPrincipalName} (“${policy}”)`))}. A
            grant would replace it without a word. Let a Teams administrator add this app to that policy instead; the
            script for it is under “Scripts for the Teams administrator”.
          </p>
        </div>
      )}
      {strangers > 0 && (
        <p>
          {peopleText(strangers)} on the list {strangers === 1 ? 'is no organizer' : 'are no organizers'} here and{' '}
          {strangers === 1 ? 'was' : 'were'} left out: {nameList(unknown)}
          {unknownLeftOut > 0 ? `, and ${unknownLeftOut.toLocaleString('en')} that are not shown` : ''}.
        </p>
      )}
      <div className={partStyles.modalActions}>
        <Button appearance="primary" onClick={onClose}>
          Close
        </Button>
      </div>
    </div>
  );
}
