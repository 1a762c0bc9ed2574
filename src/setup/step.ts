import type { Selectable } from 'kysely';
import type { FindingJson } from '../diagnostics/finding-json.ts';
import type { SetupSteps, SignOffs } from '../database/schema.ts';
import { nameOf, type OrganizerRow } from '../organizers/organizer.ts';
import type { App } from '../registrations/apps.ts';
import type { CredentialState } from '../registrations/registration.ts';
import type { TenantRow } from '../tenants/tenant.ts';
import type { Script } from './scripts.ts';

/** In the order in which they are done. */
export const stepNames = [
  'registration',
  'permissions',
  'consent',
  'credential',
  'teams-policy',
  'exchange-scope',
  'test',
  'go-live',
] as const;
export type StepName = (typeof stepNames)[number];

/** Who can do a step: roles of Entra, and of this workspace. */
export const setupRoles = [
  'Application Administrator',
  'Global Administrator',
  'Teams Administrator',
  'Exchange Administrator',
  'Workspace administrator',
] as const;
export type SetupRole = (typeof setupRoles)[number];

export const stepStates = ['done', 'waiting', 'failed', 'not_needed', 'open'] as const;
export type StepState = (typeof stepStates)[number];

/** What a person reads to do a step. */
export type Instruction = {
  title: string;
  /** One sentence. */
  why: string;
  role: SetupRole;
  todo: string[];
  values: { label: string; value: string; copy: boolean }[];
  scripts: Script[];
  link: { label: string; url: string } | null;
};

export type Step = Instruction & {
  number: number;
  name: StepName;
  state: StepState;
  /** The state in words. */
  sentence: string;
  findings: FindingJson[];
  checkedAt: Date | null;
};

export type StoredCheck = Omit<Selectable<SetupSteps>, 'findings' | 'step'> & {
  step: StepName;
  findings: FindingJson[];
};

/** What the setup knows of a credential: nothing secret. */
export type CredentialFact = {
  id: string;
  kind: 'certificate' | 'secret';
  name: string;
  state: CredentialState;
  sha1: string | null;
  sha256: string | null;
  expiresAt: Date | null;
};

export type OrganizerFact = Pick<
  OrganizerRow,
  | 'id'
  | 'object_id'
  | 'display_name'
  | 'user_principal_name'
  | 'mail'
  | 'allowed'
  | 'pilot'
  | 'policy_state'
  | 'policy_granted_at'
  | 'policy_proven_at'
  | 'probed_at'
  | 'problem_code'
>;

/** Everything that the guide is made of. */
export type SetupFacts = {
  tenant: TenantRow;
  app: App;
  /** Whether people also connect their own accounts through the same registration. */
  alsoForPeople: boolean;
  credentials: CredentialFact[];
  organizers: OrganizerFact[];
  checks: StoredCheck[];
  signOffs: Pick<Selectable<SignOffs>, 'stage' | 'signed_by' | 'created_at'>[];
  /** When a meeting of a pilot organizer was last made by the app itself. */
  pilotMeetingAt: Date | null;
  now: Date;
};

/** The organizers whom Parley may act for, without whom nothing can be tried. */
export function allowedOrganizers({ organizers }: Pick<SetupFacts, 'organizers'>): OrganizerFact[] {
  return organizers.filter(({ allowed }) => allowed);
}

/** Whether any feature makes meetings at all, so that there is something to try. */
export function makesMeetings({ tenant }: Pick<SetupFacts, 'tenant'>): boolean {
  return tenant.features.includes('meetings') || tenant.features.includes('standalone-meetings');
}

/** Some names, and how many more there are. */
export function namesOf(organizers: OrganizerFact[]): string {
  const shown = organizers.slice(0, 5).map(nameOf).join(', ');
  return organizers.length > 5 ? `${shown} and ${organizers.length - 5} more` : shown;
}

/** An instant for people whose zone is not known: “23 Nov 2026, 07:00 UTC”. */
export function inWords(instant: Date): string {
  return `${dateFormat.format(instant)} UTC`;
}

const dateFormat = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
