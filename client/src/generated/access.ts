// Written by scripts/write-client.ts from docs/openapi.json.

import { createPages, type Page, type Pages } from '../pages.ts';
import { segment } from '../segment.ts';
import type { Answer, CallOptions, Send } from '../send.ts';
import type {
  Member,
  Workspace,
  ApiKey,
  NewApiKey,
  CreateMemberBody,
  UpdateMemberBody,
  UpdateWorkspaceBody,
  CreateApiKeyBody,
  UpdateApiKeyBody,
  RotateApiKeyBody,
  GetMeAnswer,
} from './schemas.ts';

/** The workspace, its members and its API keys. */
export const access = (send: Send) => ({
  /** List members. */
  listMembers: (options?: CallOptions): Pages<Member> =>
    createPages((cursor) => send<Page<Member>>({ method: 'GET', path: '/v1/members', options, query: { cursor } })),

  /** Add a member. */
  createMember: <const O extends CallOptions = CallOptions>(
    body: CreateMemberBody,
    options?: O,
  ): Promise<Answer<Member, O>> => send({ method: 'POST', path: '/v1/members', body, options }),

  /** Changes what is given; attributes are replaced as a whole. */
  updateMember: <const O extends CallOptions = CallOptions>(
    id: string,
    body: UpdateMemberBody = {},
    options?: O,
  ): Promise<Answer<Member, O>> => send({ method: 'PATCH', path: `/v1/members/${segment(id)}`, body, options }),

  /** Get the workspace. */
  getWorkspace: (options?: CallOptions): Promise<Workspace> => send({ method: 'GET', path: '/v1/workspace', options }),

  /** Changes what is given; a list of sites is replaced as a whole. */
  updateWorkspace: <const O extends CallOptions = CallOptions>(
    body: UpdateWorkspaceBody = {},
    options?: O,
  ): Promise<Answer<Workspace, O>> => send({ method: 'PATCH', path: '/v1/workspace', body, options }),

  /** List API keys. */
  listApiKeys: (options?: CallOptions): Pages<ApiKey> =>
    createPages((cursor) => send<Page<ApiKey>>({ method: 'GET', path: '/v1/api-keys', options, query: { cursor } })),

  /** Makes a key. Without `permissions` it may do everything. A key makes only keys that may do no more than itself. */
  createApiKey: <const O extends CallOptions = CallOptions>(
    body: CreateApiKeyBody,
    options?: O,
  ): Promise<Answer<NewApiKey, O>> => send({ method: 'POST', path: '/v1/api-keys', body, options }),

  /** Changes what is given, from the next request on; lists are replaced as a whole. */
  updateApiKey: <const O extends CallOptions = CallOptions>(
    id: string,
    body: UpdateApiKeyBody = {},
    options?: O,
  ): Promise<Answer<ApiKey, O>> => send({ method: 'PATCH', path: `/v1/api-keys/${segment(id)}`, body, options }),

  /** Revoke an API key. */
  revokeApiKey: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<void, O>> =>
    send({ method: 'DELETE', path: `/v1/api-keys/${segment(id)}`, options, as: 'nothing' }),

  /** Makes a second key beside the first, with the same name, permissions and addresses. Both are valid until the first is revoked, or its grace ends. */
  rotateApiKey: <const O extends CallOptions = CallOptions>(
    id: string,
    body: RotateApiKeyBody = {},
    options?: O,
  ): Promise<Answer<NewApiKey, O>> =>
    send({ method: 'POST', path: `/v1/api-keys/${segment(id)}/rotate`, body, options }),

  /** Who is signed in. */
  getMe: (options?: CallOptions): Promise<GetMeAnswer> => send({ method: 'GET', path: '/v1/me', options }),

  /** Sign out. */
  signOut: <const O extends CallOptions = CallOptions>(options?: O): Promise<Answer<void, O>> =>
    send({ method: 'DELETE', path: '/v1/session', options, as: 'nothing' }),
});
