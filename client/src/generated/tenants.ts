// Written by scripts/write-client.ts from docs/openapi.json.

import { createPages, type Page, type Pages } from '../pages.ts';
import { segment } from '../segment.ts';
import type { Answer, CallOptions, Send } from '../send.ts';
import type { Tenant, CreateTenantBody, UpdateTenantBody, CreateConsentLinkAnswer } from './schemas.ts';

/** Whole organizations in Microsoft 365 that gave their consent. */
export const tenants = (send: Send) => ({
  /** List tenants. */
  list: (options?: CallOptions): Pages<Tenant> =>
    createPages((cursor) => send<Page<Tenant>>({ method: 'GET', path: '/v1/tenants', options, query: { cursor } })),

  /** Connects the tenant that a registration names. Nothing is asked of Microsoft yet. */
  create: <const O extends CallOptions = CallOptions>(
    body: CreateTenantBody,
    options?: O,
  ): Promise<Answer<Tenant, O>> => send({ method: 'POST', path: '/v1/tenants', body, options }),

  /** Get a tenant. */
  get: (id: string, options?: CallOptions): Promise<Tenant> =>
    send({ method: 'GET', path: `/v1/tenants/${segment(id)}`, options }),

  /** Change a tenant. */
  update: <const O extends CallOptions = CallOptions>(
    id: string,
    body: UpdateTenantBody = {},
    options?: O,
  ): Promise<Answer<Tenant, O>> => send({ method: 'PATCH', path: `/v1/tenants/${segment(id)}`, body, options }),

  /** Forgets the tenant and its organizers. Microsoft keeps what was granted until it is removed there. */
  delete: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<void, O>> =>
    send({ method: 'DELETE', path: `/v1/tenants/${segment(id)}`, options, as: 'nothing' }),

  /** Makes a link to admin consent, which may be passed on to an administrator of the tenant. */
  createConsentLink: <const O extends CallOptions = CallOptions>(
    id: string,
    options?: O,
  ): Promise<Answer<CreateConsentLinkAnswer, O>> =>
    send({ method: 'POST', path: `/v1/tenants/${segment(id)}/consent`, options }),

  /** Asks for a new token. Why there is none is the tenant’s `problem`. */
  verify: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<Tenant, O>> =>
    send({ method: 'POST', path: `/v1/tenants/${segment(id)}/verify`, options }),

  /** No new meetings are made in the tenant. Those that exist are still moved and cancelled. */
  pause: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<Tenant, O>> =>
    send({ method: 'POST', path: `/v1/tenants/${segment(id)}/pause`, options }),

  /** Goes back to the stage that was signed off last. */
  resume: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<Tenant, O>> =>
    send({ method: 'POST', path: `/v1/tenants/${segment(id)}/resume`, options }),
});
