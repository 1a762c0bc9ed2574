// Written by scripts/write-client.ts from docs/openapi.json.

import { createPages, type Page, type Pages } from '../pages.ts';
import { segment } from '../segment.ts';
import type { Answer, CallOptions, Send } from '../send.ts';
import type {
  Contact,
  Organisation,
  ListContactsQuery,
  CreateContactBody,
  UpsertContactBody,
  UpdateContactBody,
  FindUsersQuery,
  FindUsersAnswer,
  ListOrganisationsQuery,
  CreateOrganisationBody,
  UpsertOrganisationBody,
  UpdateOrganisationBody,
} from './schemas.ts';

/** Contacts and organisations, and whom a picker of attendees finds. */
export const people = (send: Send) => ({
  /** List contacts. */
  listContacts: (query: ListContactsQuery = {}, options?: CallOptions): Pages<Contact> =>
    createPages((cursor) =>
      send<Page<Contact>>({ method: 'GET', path: '/v1/contacts', query: { ...query, cursor }, options }),
    ),

  /** Add a contact. */
  createContact: <const O extends CallOptions = CallOptions>(
    body: CreateContactBody,
    options?: O,
  ): Promise<Answer<Contact, O>> => send({ method: 'POST', path: '/v1/contacts', body, options }),

  /** Makes the contact with your own id be as given, whether it was there or not. */
  upsertContact: <const O extends CallOptions = CallOptions>(
    externalId: string,
    body: UpsertContactBody,
    options?: O,
  ): Promise<Answer<Contact, O>> =>
    send({ method: 'PUT', path: `/v1/contacts/by-external-id/${segment(externalId)}`, body, options }),

  /** Get a contact. */
  getContact: (id: string, options?: CallOptions): Promise<Contact> =>
    send({ method: 'GET', path: `/v1/contacts/${segment(id)}`, options }),

  /** Changes what is given and leaves the rest. */
  updateContact: <const O extends CallOptions = CallOptions>(
    id: string,
    body: UpdateContactBody = {},
    options?: O,
  ): Promise<Answer<Contact, O>> => send({ method: 'PATCH', path: `/v1/contacts/${segment(id)}`, body, options }),

  /** Remove a contact. */
  deleteContact: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<void, O>> =>
    send({ method: 'DELETE', path: `/v1/contacts/${segment(id)}`, options, as: 'nothing' }),

  /** Members of the workspace and, from two letters on, people of connected tenants’ directories. */
  findUsers: (query: FindUsersQuery = {}, options?: CallOptions): Promise<FindUsersAnswer> =>
    send({ method: 'GET', path: '/v1/people/users', query, options }),

  /** List organisations. */
  listOrganisations: (query: ListOrganisationsQuery = {}, options?: CallOptions): Pages<Organisation> =>
    createPages((cursor) =>
      send<Page<Organisation>>({ method: 'GET', path: '/v1/organisations', query: { ...query, cursor }, options }),
    ),

  /** Add an organisation. */
  createOrganisation: <const O extends CallOptions = CallOptions>(
    body: CreateOrganisationBody,
    options?: O,
  ): Promise<Answer<Organisation, O>> => send({ method: 'POST', path: '/v1/organisations', body, options }),

  /** Makes the organisation with your own id be as given, whether it was there or not. */
  upsertOrganisation: <const O extends CallOptions = CallOptions>(
    externalId: string,
    body: UpsertOrganisationBody,
    options?: O,
  ): Promise<Answer<Organisation, O>> =>
    send({ method: 'PUT', path: `/v1/organisations/by-external-id/${segment(externalId)}`, body, options }),

  /** Get an organisation. */
  getOrganisation: (id: string, options?: CallOptions): Promise<Organisation> =>
    send({ method: 'GET', path: `/v1/organisations/${segment(id)}`, options }),

  /** Changes what is given and leaves the rest. */
  updateOrganisation: <const O extends CallOptions = CallOptions>(
    id: string,
    body: UpdateOrganisationBody = {},
    options?: O,
  ): Promise<Answer<Organisation, O>> =>
    send({ method: 'PATCH', path: `/v1/organisations/${segment(id)}`, body, options }),

  /** Remove an organisation. */
  deleteOrganisation: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<void, O>> =>
    send({ method: 'DELETE', path: `/v1/organisations/${segment(id)}`, options, as: 'nothing' }),
});
