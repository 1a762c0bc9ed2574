// Written by scripts/write-client.ts from docs/openapi.json.

import type { Answer, CallOptions, Send } from '../send.ts';
import type { TeamsApp, TeamsAppSettings } from './schemas.ts';

/** The workspace’s own app in Teams. */
export const teamsApp = (send: Send) => ({
  /** Get the Teams app. */
  get: (options?: CallOptions): Promise<TeamsApp> => send({ method: 'GET', path: '/v1/teams-app', options }),

  /** Changes what is given. The next package has it, under a higher version. */
  update: <const O extends CallOptions = CallOptions>(
    body: TeamsAppSettings = {},
    options?: O,
  ): Promise<Answer<TeamsApp, O>> => send({ method: 'PUT', path: '/v1/teams-app', body, options }),

  /** The zip to upload in the Teams admin center: manifest and icons. */
  getTeamsAppPackage: (options?: CallOptions): Promise<Response> =>
    send({ method: 'GET', path: '/v1/teams-app/package', options, as: 'response' }),
});
