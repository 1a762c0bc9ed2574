// Written by scripts/write-client.ts from docs/openapi.json.

import { createPages, type Page, type Pages } from '../pages.ts';
import { segment } from '../segment.ts';
import type { Answer, CallOptions, Send } from '../send.ts';
import type {
  AppRegistration,
  AppCredential,
  AppRegistrationInput,
  AppRegistrationChange,
  CertificateInput,
  CertificateImport,
  ClientSecretInput,
} from './schemas.ts';

/** The apps in Microsoft Entra that Parley signs in as, and their credentials. */
export const appRegistrations = (send: Send) => ({
  /** The server’s own registration comes first, if it has one. */
  list: (options?: CallOptions): Pages<AppRegistration> =>
    createPages((cursor) =>
      send<Page<AppRegistration>>({ method: 'GET', path: '/v1/app-registrations', options, query: { cursor } }),
    ),

  /** Add an app registration. */
  create: <const O extends CallOptions = CallOptions>(
    body: AppRegistrationInput,
    options?: O,
  ): Promise<Answer<AppRegistration, O>> => send({ method: 'POST', path: '/v1/app-registrations', body, options }),

  /** Get an app registration. */
  get: (id: string, options?: CallOptions): Promise<AppRegistration> =>
    send({ method: 'GET', path: `/v1/app-registrations/${segment(id)}`, options }),

  /** Changes what is given. Client id and tenant stay: another app is another registration. */
  update: <const O extends CallOptions = CallOptions>(
    id: string,
    body: AppRegistrationChange = {},
    options?: O,
  ): Promise<Answer<AppRegistration, O>> =>
    send({ method: 'PATCH', path: `/v1/app-registrations/${segment(id)}`, body, options }),

  /** Removes a registration that nothing uses, with its credentials. Entra keeps its own. */
  delete: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<void, O>> =>
    send({ method: 'DELETE', path: `/v1/app-registrations/${segment(id)}`, options, as: 'nothing' }),

  /** Makes a key pair (RSA 2048) and a self-signed certificate (SHA-256). The private key stays here; upload the `.cer` in Entra. */
  createCertificate: <const O extends CallOptions = CallOptions>(
    id: string,
    body: CertificateInput,
    options?: O,
  ): Promise<Answer<AppCredential, O>> =>
    send({ method: 'POST', path: `/v1/app-registrations/${segment(id)}/certificates`, body, options }),

  /** Import a certificate. */
  importCertificate: <const O extends CallOptions = CallOptions>(
    id: string,
    body: CertificateImport,
    options?: O,
  ): Promise<Answer<AppCredential, O>> =>
    send({ method: 'POST', path: `/v1/app-registrations/${segment(id)}/certificates/import`, body, options }),

  /** Add a client secret. */
  addClientSecret: <const O extends CallOptions = CallOptions>(
    id: string,
    body: ClientSecretInput,
    options?: O,
  ): Promise<Answer<AppCredential, O>> =>
    send({ method: 'POST', path: `/v1/app-registrations/${segment(id)}/secrets`, body, options }),

  /** Download the public certificate. */
  getCertificate: (id: string, credentialId: string, options?: CallOptions): Promise<Response> =>
    send({
      method: 'GET',
      path: `/v1/app-registrations/${segment(id)}/credentials/${segment(credentialId)}/certificate`,
      options,
      as: 'response',
    }),

  /** Asks Entra for a token with exactly this credential; a refusal is its `state` and `problem`. Registrations of `common` or `organizations` cannot be asked for: `tenant_id_needed`. */
  checkCredential: <const O extends CallOptions = CallOptions>(
    id: string,
    credentialId: string,
    options?: O,
  ): Promise<Answer<AppCredential, O>> =>
    send({
      method: 'POST',
      path: `/v1/app-registrations/${segment(id)}/credentials/${segment(credentialId)}/check`,
      options,
    }),

  /** Remove a credential. */
  deleteCredential: <const O extends CallOptions = CallOptions>(
    id: string,
    credentialId: string,
    options?: O,
  ): Promise<Answer<void, O>> =>
    send({
      method: 'DELETE',
      path: `/v1/app-registrations/${segment(id)}/credentials/${segment(credentialId)}`,
      options,
      as: 'nothing',
    }),
});
