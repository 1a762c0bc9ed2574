import type { Kysely } from 'kysely';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { Config } from '../config.ts';
import type { ConnectionRow } from '../connections/connection.ts';
import type { AccessToken, AccessTokens, MicrosoftApp } from '../connections/tokens.ts';
import type { Database } from '../database/schema.ts';
import type { Problem, ProblemCode } from '../problem.ts';
import type { App, Apps } from '../registrations/apps.ts';
import type { AppTokens, TenantAccess } from '../tenants/app-tokens.ts';
import type { TenantRow } from '../tenants/tenant.ts';
import type { OrganizerRow } from '../organizers/organizer.ts';

export const statuses = ['ok', 'warning', 'failed', 'skipped', 'not_known'] as const;
/** `failed` is proven to be wrong; `not_known` could not be found out this time; `skipped` was not tried. */
export type Status = (typeof statuses)[number];

/** One question to Microsoft and its answer: enough for a support case, nothing secret. */
export type Exchange = {
  /** Method, host and path; ids and the query are left out. */
  asked: string;
  /** Status and code, or how the connection ended. */
  answered: string;
  /** Microsoft's id of the request. */
  requestId?: string | undefined;
  at: Date;
  durationMs: number;
};

/** What a check found out, in words. */
export type Result = {
  status: Status;
  /** A sentence. */
  title: string;
  /** What else is worth knowing, in sentences. */
  notes?: string[];
  /** What a person can do; the problem's own remedy where there is a problem and nothing better to say. */
  remedy?: string;
  /** What an administrator pastes into PowerShell, filled in. */
  script?: Script;
  problem?: Problem;
};

/** A whole script: module, sign-in, work. */
export type Script = { title: string; shell: 'teams'; text: string };

/** A result with what was measured around it. */
export type Finding = {
  check: CheckName;
  /** What was looked at. */
  label: string;
  status: Status;
  title: string;
  notes: string[];
  remedy: string | undefined;
  script: Script | undefined;
  problemCode: ProblemCode | undefined;
  exchanges: Exchange[];
  durationMs: number;
};

/** What checks hand on to later ones. A fact that is missing is why a check that needs it is skipped. */
export type Facts = {
  configuration?: MicrosoftApp;
  authority?: Reached;
  graph?: Reached;
  connection?: ConnectionRow;
  token?: AccessToken;
  mailbox?: { allowed: string[]; standard: string | undefined };
  teams?: true;
  'app-registration'?: App;
  'app-token'?: TenantAccess['token'];
  mailboxes?: MailboxFinding[];
};

/** What came of opening an organizer's calendar; without a problem it could be read. */
export type MailboxFinding = { organizer: OrganizerRow; problem?: Problem };

/** A host that answered, and how far its clock is ahead of ours (negative: behind), where it said what time it is. */
export type Reached = { host: string; aheadMs: number | undefined };

export type Settings = Config['microsoftTeams'];

/** Whose connection is looked at. */
export type Subject = { workspaceId: string; memberId: string };

/** What checks work with. */
export type DiagnosisDeps = {
  db: Kysely<Database>;
  now: () => Date;
  fetch: typeof fetch;
  app: MicrosoftApp | undefined;
  accessTokens: AccessTokens;
  apps: Apps;
  appTokens: AppTokens;
  dataKeys: DataKeys;
  /** The deployment's settings as they are, also where no app can be made of them. */
  settings: Settings;
  publicUrl: string;
};

export type Context = DiagnosisDeps & {
  /** Somebody's connection, where one is looked at. */
  subject: Subject | undefined;
  /** A whole tenant, where one is looked at. With neither, it is the server itself. */
  tenant: TenantRow | undefined;
  /** Whether a real event may be made and deleted. */
  roundTrip: boolean;
  facts: Facts;
  /** Aborted when the check's time is over. */
  signal: AbortSignal;
  /** What this check asked so far. */
  exchanges: Exchange[];
};

/** In the order in which they run: what a check finds out may be what a later one needs. */
export const delegatedCheckNames = [
  'configuration',
  'authority',
  'graph',
  'clock',
  'connection',
  'permissions',
  'token',
  'token-kind',
  'profile',
  'mailbox',
  'teams',
  'free-busy',
  'round-trip',
  'recordings',
  'transcripts',
  'speakers',
  'attendance',
  'recording-allowed',
  'standalone-meetings',
] as const;

/** The same for a whole tenant. */
export const tenantCheckNames = [
  'app-registration',
  'app-credentials',
  'authority',
  'graph',
  'clock',
  'app-token',
  'app-token-kind',
  'app-roles',
  'tenant',
  'organizers',
  'mailboxes',
  'exchange-scope',
  'teams-policy',
  'app-round-trip',
  'recordings',
  'transcripts',
  'speakers',
  'attendance',
  'recording-allowed',
  'standalone-meetings',
] as const;

export type CheckName = (typeof delegatedCheckNames)[number] | (typeof tenantCheckNames)[number];

export type Check = {
  name: CheckName;
  /** What is looked at, in a few words. */
  label: string;
  /** Facts without which it cannot be tried. */
  needs?: (keyof Facts)[];
  /** Facts that it looks at where they are there. */
  uses?: (keyof Facts)[];
  /** How long it may take; ten seconds unless it says more. */
  deadlineMs?: number;
  run: (context: Context) => Promise<Result> | Result;
};

/** A fact that the check has named among its needs. */
export function known<Name extends keyof Facts>(context: Context, name: Name): NonNullable<Facts[Name]> {
  const fact = context.facts[name];
  if (fact === undefined) throw new TypeError(`a check asks for “${name}” without needing it`);
  return fact;
}

/** The tenant that is looked at; only for checks of tenants. */
export function tenantOf({ tenant }: Context): TenantRow {
  if (tenant === undefined) throw new TypeError('a check of tenants runs without one');
  return tenant;
}

/** Where Microsoft is asked: in the cloud of the tenant's app, or where the settings say. */
export function placeOf({ facts, tenant, settings }: Pick<Context, 'facts' | 'tenant' | 'settings'>) {
  const { authority, graphBaseUrl } = facts['app-registration'] ?? settings;
  return { authority, graphBaseUrl, tenantId: tenant?.tenant_id ?? settings.tenantId };
}
