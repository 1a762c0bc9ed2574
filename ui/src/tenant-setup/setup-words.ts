import { queryOptions } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import type { AppRegistration, SetupStep, Tenant, TenantSetup } from '../api/queries.ts';
import type { State } from '../parts/state-label.tsx';

/** What the badge of a step says; its sentence says the rest. */
export const stepStates: Record<SetupStep['state'], State> = {
  done: { tone: 'good', words: 'Done' },
  waiting: { tone: 'waiting', words: 'Waiting' },
  failed: { tone: 'problem', words: 'Needs somebody' },
  not_needed: { tone: 'quiet', words: 'Not needed' },
  open: { tone: 'quiet', words: 'Open' },
};

const stages: Record<Tenant['stage'], State> = {
  setup: { tone: 'quiet', words: 'Setting up' },
  pilot: { tone: 'waiting', words: 'Pilot' },
  live: { tone: 'good', words: 'Live' },
  paused: { tone: 'waiting', words: 'Paused' },
};

/** How far a tenant is; that something is wrong comes first. */
export function stageState({ stage, problem }: Pick<Tenant, 'stage' | 'problem'>): State {
  return problem && stage !== 'setup' ? { tone: 'problem', words: 'Needs somebody' } : stages[stage];
}

export const stageSentences: Record<Tenant['stage'], string> = {
  setup:
    'The guide leads from an app registration to the first meeting. Until the pilot starts, Parley makes no meetings here.',
  pilot: 'The pilot runs: Parley makes meetings for organizers who are marked as pilot, and for nobody else.',
  live: 'Live: Parley makes meetings for every organizer who is allowed.',
  paused: 'Paused: Parley makes no new meetings here. Those that exist are still moved and cancelled.',
};

/** What people call a tenant: its name, which Parley sees only with the permission for it, or that of the registration. */
export function tenantTitle(
  { name, registrationId, tenantId }: Pick<Tenant, 'name' | 'registrationId' | 'tenantId'>,
  registrations: AppRegistration[] | undefined,
): string {
  return name ?? registrations?.find(({ id }) => id === registrationId)?.name ?? tenantId;
}

export function isSettled({ state }: Pick<SetupStep, 'state'>): boolean {
  return state === 'done' || state === 'not_needed';
}

/** The step that is next: the first that is neither done nor unnecessary. */
export function nextStep({ steps }: Pick<TenantSetup, 'steps'>, after = 0): SetupStep | undefined {
  return steps.find((step) => step.number > after && !isSettled(step)) ?? steps.find((step) => !isSettled(step));
}

/** Whether somebody came back from Microsoft's consent page since the last look at what it granted. */
export function hasNewConsent(steps: SetupStep[], { consentedAt }: Pick<Tenant, 'consentedAt'>): boolean {
  const consent = steps.find(({ name }) => name === 'consent');
  if (!consent || !consentedAt || isSettled(consent)) return false;
  return consent.checkedAt === null || Date.parse(consent.checkedAt) < Date.parse(consentedAt);
}

/** Who may own meetings; the first 200 of them. */
export const allowedOrganizersQuery = (id: string) =>
  queryOptions({
    queryKey: ['tenants', id, 'organizers', 'allowed'],
    queryFn: () => ask(api.tenants[':id'].organizers.$get({ param: { id }, query: { allowed: 'true', limit: 200 } })),
  });
