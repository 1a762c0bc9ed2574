// Written by scripts/write-client.ts from docs/openapi.json.

import { segment } from '../segment.ts';
import type { Answer, CallOptions, Send } from '../send.ts';
import type {
  TenantSetup,
  SetupStep,
  SetupScript,
  ExportSetupQuery,
  GoLiveBody,
  CreateSetupScriptBody,
} from './schemas.ts';

/** The guide from an empty registration to go-live. */
export const setup = (send: Send) => ({
  /** The guide from an empty registration to go-live, as it stands. Nothing is asked of Microsoft. */
  get: (id: string, options?: CallOptions): Promise<TenantSetup> =>
    send({ method: 'GET', path: `/v1/tenants/${segment(id)}/setup`, options }),

  /** The state as a text for a mail to whoever holds the other role: what is left, step by step, with the exact scripts. No secrets. */
  export: (id: string, query: ExportSetupQuery = {}, options?: CallOptions): Promise<string> =>
    send({ method: 'GET', path: `/v1/tenants/${segment(id)}/setup/export`, query, options, as: 'text' }),

  /** Checks one step live. `test` makes a Teams meeting 300 days ahead, without attendees, and deletes it. It usually takes some seconds. */
  checkSetupStep: <const O extends CallOptions = CallOptions>(
    id: string,
    step: string,
    options?: O,
  ): Promise<Answer<SetupStep, O>> =>
    send({ method: 'POST', path: `/v1/tenants/${segment(id)}/setup/${segment(step)}/check`, options }),

  /** Signs a stage off. Only a person who is signed in can; what is not green is named by `setup_incomplete`. By signing one says that logging and monitoring were reviewed. */
  goLive: <const O extends CallOptions = CallOptions>(
    id: string,
    body: GoLiveBody,
    options?: O,
  ): Promise<Answer<TenantSetup, O>> =>
    send({ method: 'POST', path: `/v1/tenants/${segment(id)}/go-live`, body, options }),

  /** A PowerShell script about the Teams application access policy, filled in. A grant reads first what is in force, and stops without a change when that is another policy. */
  createSetupScript: <const O extends CallOptions = CallOptions>(
    id: string,
    body: CreateSetupScriptBody,
    options?: O,
  ): Promise<Answer<SetupScript, O>> =>
    send({ method: 'POST', path: `/v1/tenants/${segment(id)}/scripts`, body, options }),
});
