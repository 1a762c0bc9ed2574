import { Field, Input, Select } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { organisationChoicesQuery, type Contact, type ContactInput } from '../api/people.ts';
import { FormDialog } from '../parts/form-dialog.tsx';
import { faultAt } from '../parts/form.tsx';
import { useChange } from '../parts/use-change.ts';
import { cityOf } from '../parts/when.ts';
import { localeNames } from './locale-names.ts';

type Props = { contact: Contact | undefined; onClose: (said?: string) => void };

/** Adds a contact, or changes what is known of one. */
export function ContactDialog({ contact, onClose }: Props) {
  const [draft, setDraft] = useState(() => draftOf(contact));
  const change = (changes: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...changes }));
  const save = useChange(
    ['contacts'],
    () => {
      const json = { ...draft, name: draft.name.trim(), email: draft.email.trim() };
      return contact
        ? ask(api.contacts[':id'].$patch({ param: { id: contact.id }, json }))
        : ask(api.contacts.$post({ json }));
    },
    ({ name }) => onClose(contact ? `${name} is saved.` : `${name} is added.`),
  );
  const fault = (pointer: string) => faultAt(save.error, pointer);
  return (
    <FormDialog
      title={contact ? contact.name : 'Add a contact'}
      verb={contact ? 'Save' : 'Add'}
      change={save}
      onClose={() => onClose()}
    >
      <Field label="Name" required validationMessage={fault('/name')}>
        <Input value={draft.name} onChange={(_, { value }) => change({ name: value })} data-initial-focus />
      </Field>
      <Field label="E-mail address" required validationMessage={fault('/email')}>
        <Input type="email" value={draft.email} onChange={(_, { value }) => change({ email: value })} />
      </Field>
      <OrganisationChoice
        chosen={draft.organisationId ?? ''}
        choose={(organisationId) => change({ organisationId: organisationId === '' ? null : organisationId })}
        fault={fault('/organisationId')}
      />
      <Field label="Language of their mail" validationMessage={fault('/locale')}>
        <Select
          value={draft.locale ?? ''}
          onChange={(_, { value }) => change({ locale: value === '' ? null : (value as typeof draft.locale) })}
        >
          <option value="">The workspace’s</option>
          {[...localeNames].map(([locale, name]) => (
            <option key={locale} value={locale} lang={locale}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Time zone" validationMessage={fault('/timeZone')}>
        <Select
          value={draft.timeZone ?? ''}
          onChange={(_, { value }) => change({ timeZone: value === '' ? null : value })}
        >
          <option value="">Not known</option>
          {zonesWith(draft.timeZone).map((zone) => (
            <option key={zone} value={zone}>
              {zone.includes('/') ? `${cityOf(zone)} (${zone})` : zone}
            </option>
          ))}
        </Select>
      </Field>
    </FormDialog>
  );
}

type Draft = Required<Omit<ContactInput, 'externalId'>>;

function draftOf(contact: Contact | undefined): Draft {
  const { name = '', email = '', organisationId = null, timeZone = null } = contact ?? {};
  // The server gives only languages that it takes.
  return { name, email, organisationId, timeZone, locale: (contact?.locale ?? null) as Draft['locale'] };
}

type ChoiceProps = { chosen: string; choose: (id: string) => void; fault: string | undefined };

function OrganisationChoice({ chosen, choose, fault }: ChoiceProps) {
  const { data: organisations = [] } = useQuery(organisationChoicesQuery);
  return (
    <Field label="Organisation" validationMessage={fault}>
      <Select value={chosen} onChange={(_, { value }) => choose(value)}>
        <option value="">None</option>
        {organisations.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
    </Field>
  );
}

function zonesWith(zone: string | null): string[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', ...(zone ? [zone] : [])])].toSorted();
}
