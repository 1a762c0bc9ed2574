// Written by scripts/write-client.ts from docs/openapi.json.

import { createPages, type Page, type Pages } from '../pages.ts';
import { segment } from '../segment.ts';
import type { Answer, CallOptions, Send } from '../send.ts';
import type {
  DefaultOrganizer,
  Organizer,
  ListOrganizersQuery,
  CreateOrganizerBody,
  UpdateOrganizerBody,
  MarkPolicyGrantedBody,
  MarkPolicyGrantedAnswer,
  ImportOrganizersBody,
  ImportOrganizersAnswer,
  SetDefaultOrganizerBody,
  PreviewIdentityRuleBody,
  PreviewIdentityRuleAnswer,
  MatchIdentitiesBody,
  MatchIdentitiesAnswer,
} from './schemas.ts';

/** In whose mailboxes of a tenant Parley may make meetings. */
export const organizers = (send: Send) => ({
  /** List organizers. */
  list: (id: string, query: ListOrganizersQuery = {}, options?: CallOptions): Pages<Organizer> =>
    createPages((cursor) =>
      send<Page<Organizer>>({
        method: 'GET',
        path: `/v1/tenants/${segment(id)}/organizers`,
        query: { ...query, cursor },
        options,
      }),
    ),

  /** Looks the user up once; from then on the object id counts. */
  create: <const O extends CallOptions = CallOptions>(
    id: string,
    body: CreateOrganizerBody,
    options?: O,
  ): Promise<Answer<Organizer, O>> =>
    send({ method: 'POST', path: `/v1/tenants/${segment(id)}/organizers`, body, options }),

  /** Get an organizer. */
  get: (id: string, options?: CallOptions): Promise<Organizer> =>
    send({ method: 'GET', path: `/v1/organizers/${segment(id)}`, options }),

  /** Allow or change an organizer. */
  update: <const O extends CallOptions = CallOptions>(
    id: string,
    body: UpdateOrganizerBody = {},
    options?: O,
  ): Promise<Answer<Organizer, O>> => send({ method: 'PATCH', path: `/v1/organizers/${segment(id)}`, body, options }),

  /** Remove an organizer. */
  delete: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<void, O>> =>
    send({ method: 'DELETE', path: `/v1/organizers/${segment(id)}`, options, as: 'nothing' }),

  /** Looks the object id up again and tries Teams’ policy by making an online meeting and deleting it. Of an organizer who is not allowed only the first. */
  check: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<Organizer, O>> =>
    send({ method: 'POST', path: `/v1/organizers/${segment(id)}/check`, options }),

  /** Says that the policy was granted: to these, or to everybody who is allowed. Probes follow by themselves. */
  markPolicyGranted: <const O extends CallOptions = CallOptions>(
    id: string,
    body: MarkPolicyGrantedBody = {},
    options?: O,
  ): Promise<Answer<MarkPolicyGrantedAnswer, O>> =>
    send({ method: 'POST', path: `/v1/tenants/${segment(id)}/organizers/policy-granted`, body, options }),

  /** Takes the output of Get-CsOnlineUser with UserPrincipalName and ApplicationAccessPolicy, as CSV or JSON. Nobody is added. */
  import: <const O extends CallOptions = CallOptions>(
    id: string,
    body: ImportOrganizersBody,
    options?: O,
  ): Promise<Answer<ImportOrganizersAnswer, O>> =>
    send({ method: 'POST', path: `/v1/tenants/${segment(id)}/organizers/import`, body, options }),

  /** Keeps the name at once. Whom it belongs to is found out right away if Microsoft answers, or else later. */
  setDefaultOrganizer: <const O extends CallOptions = CallOptions>(
    id: string,
    body: SetDefaultOrganizerBody,
    options?: O,
  ): Promise<Answer<DefaultOrganizer, O>> =>
    send({ method: 'PUT', path: `/v1/tenants/${segment(id)}/default-organizer`, body, options }),

  /** Shows whom a rule finds in the directory, for at most 50 people, and keeps nothing. */
  previewIdentityRule: <const O extends CallOptions = CallOptions>(
    id: string,
    body: PreviewIdentityRuleBody,
    options?: O,
  ): Promise<Answer<PreviewIdentityRuleAnswer, O>> =>
    send({ method: 'POST', path: `/v1/tenants/${segment(id)}/identity-preview`, body, options, keyless: true }),

  /** Matches operators by the tenant’s rule. Matches beyond doubt become organizers, by object id; of several candidates only the one that `choose` names. */
  matchIdentities: <const O extends CallOptions = CallOptions>(
    id: string,
    body: MatchIdentitiesBody = {},
    options?: O,
  ): Promise<Answer<MatchIdentitiesAnswer, O>> =>
    send({ method: 'POST', path: `/v1/tenants/${segment(id)}/identity-match`, body, options }),
});
