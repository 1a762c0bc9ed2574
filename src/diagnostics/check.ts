import type { Kysely } from 'kysely';
import type { Config } from '../config.ts';
import type { ConnectionRow } from '../connections/connection.ts';
import type { AccessToken, AccessTokens, MicrosoftApp } from '../connections/tokens.ts';
import type { Database } from '../database/schema.ts';
import type { Problem, ProblemCode } from '../problem.ts';

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
  problem?: Problem;
};

/** A result with what was measured around it. */
export type Finding = {
  check: CheckName;
  /** What was looked at. */
  label: string;
  status: Status;
  title: string;
  notes: string[];
  remedy: string | undefined;
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
};

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
  /** The deployment's settings as they are, also where no app can be made of them. */
  settings: Settings;
  publicUrl: string;
};

export type Context = DiagnosisDeps & {
  /** `undefined`: only the server itself is looked at. */
  subject: Subject | undefined;
  /** Whether a real event may be made and deleted. */
  roundTrip: boolean;
  facts: Facts;
  /** Aborted when the check's time is over. */
  signal: AbortSignal;
  /** What this check asked so far. */
  exchanges: Exchange[];
};

export type CheckName =
  | 'configuration'
  | 'authority'
  | 'graph'
  | 'clock'
  | 'connection'
  | 'permissions'
  | 'token'
  | 'token-kind'
  | 'profile'
  | 'mailbox'
  | 'teams'
  | 'free-busy'
  | 'round-trip';

export type Check = {
  name: CheckName;
  /** What is looked at, in a few words. */
  label: string;
  /** Facts without which it cannot be tried. */
  needs?: (keyof Facts)[];
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
