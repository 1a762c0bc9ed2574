// Written by scripts/write-client.ts from docs/openapi.json.

import { createPages, type Page, type Pages } from '../pages.ts';
import { segment } from '../segment.ts';
import type { Answer, CallOptions, Send } from '../send.ts';
import type {
  TeamsIntegration,
  Connection,
  CreatedConnectLink,
  ConnectLink,
  NewConnectLink,
  Reauthentication,
  NewReauthentication,
  ConnectTeamsAnswer,
} from './schemas.ts';

/** Microsoft accounts of single people, with which Parley makes their meetings. */
export const connections = (send: Send) => ({
  /** How Teams is connected. */
  getTeamsIntegration: (options?: CallOptions): Promise<TeamsIntegration> =>
    send({ method: 'GET', path: '/v1/integrations/teams', options }),

  /** Starts a consent in this browser session and gives the address of Microsoft’s sign-in page. */
  connectTeams: <const O extends CallOptions = CallOptions>(options?: O): Promise<Answer<ConnectTeamsAnswer, O>> =>
    send({ method: 'POST', path: '/v1/integrations/teams/connect', options }),

  /** List connections. */
  list: (options?: CallOptions): Pages<Connection> =>
    createPages((cursor) =>
      send<Page<Connection>>({ method: 'GET', path: '/v1/connections', options, query: { cursor } }),
    ),

  /** Get a connection. */
  get: (id: string, options?: CallOptions): Promise<Connection> =>
    send({ method: 'GET', path: `/v1/connections/${segment(id)}`, options }),

  /** Deletes the connection and its tokens here. Microsoft keeps the grant until it is removed at `consentedAppsUrl`. */
  delete: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<void, O>> =>
    send({ method: 'DELETE', path: `/v1/connections/${segment(id)}`, options, as: 'nothing' }),

  /** Makes a link by which somebody connects their account, who need not be a member. Whoever has it can use it, once. */
  createConnectLink: <const O extends CallOptions = CallOptions>(
    body: NewConnectLink = {},
    options?: O,
  ): Promise<Answer<CreatedConnectLink, O>> => send({ method: 'POST', path: '/v1/connect-links', body, options }),

  /** Get a link to connect. */
  getConnectLink: (id: string, options?: CallOptions): Promise<ConnectLink> =>
    send({ method: 'GET', path: `/v1/connect-links/${segment(id)}`, options }),

  /** Ends a link. A connection that was made by it stays. */
  withdrawConnectLink: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<void, O>> =>
    send({ method: 'DELETE', path: `/v1/connect-links/${segment(id)}`, options, as: 'nothing' }),

  /** Asks people to connect their accounts again, after permissions were added, say: members in the console, everybody else by a link of their own. Look first who it concerns, with `dryRun=true`. Nobody is written to twice within a day: a request that broke off is simply sent again. */
  askToReauthenticate: <const O extends CallOptions = CallOptions>(
    body: NewReauthentication,
    options?: O,
  ): Promise<Answer<Reauthentication, O>> =>
    send({ method: 'POST', path: '/v1/connections/reauthentication', body, options }),
});
