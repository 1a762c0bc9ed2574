import type { AppCredential, AppRegistration } from '../api/queries.ts';
import type { State } from '../parts/state-label.tsx';
import { count, dayText } from '../parts/when.ts';

/** Amber from here on: time to add the next one. */
const soonDays = 60;
/** Red from here on: meetings are at risk. */
const urgentDays = 14;

/** How a certificate or a secret stands, in words. */
export function credentialState({ state, daysLeft, startsAt, expiresAt }: AppCredential, zone: string): State {
  switch (state) {
    case 'expired':
      return { tone: 'problem', words: expiresAt ? `Ended on ${dayText(expiresAt, zone)}` : 'Ended' };
    case 'refused':
      return { tone: 'problem', words: 'Entra refuses it' };
    case 'not_yet_valid':
      return { tone: 'waiting', words: startsAt ? `Good from ${dayText(startsAt, zone)} on` : 'Not good yet' };
    case 'unproven':
      return { tone: 'waiting', words: 'Not checked yet' };
    case 'proven':
    default:
      return endsSoon(daysLeft)
        ? { tone: toneOfEnd(daysLeft), words: `Works, and ends ${inDays(daysLeft)}` }
        : { tone: 'good', words: 'Works' };
  }
}

/** Until when it is good: “Until Fri 17 Nov 2028, in 728 days”. */
export function endWords({ expiresAt, daysLeft }: AppCredential, zone: string): string {
  if (expiresAt === null || daysLeft === null) return 'Parley does not know when it ends: note the day in a calendar';
  if (daysLeft === 0) return `Ended on ${dayText(expiresAt, zone)}`;
  return `Until ${dayText(expiresAt, zone)}, ${inDays(daysLeft)}`;
}

/** What the list says of a registration as a whole: the best of what it can prove itself with. */
export function registrationState({ readOnly, credentials }: AppRegistration, zone: string): State {
  if (readOnly) return { tone: 'quiet', words: 'Its secret is in the server’s configuration' };
  const [best] = credentials.toSorted((one, other) => rank(one) - rank(other) || endOf(other) - endOf(one));
  if (!best) return { tone: 'waiting', words: 'No certificate or secret yet' };
  const { tone, words } = credentialState(best, zone);
  const kind = best.kind === 'certificate' ? 'Certificate' : 'Secret';
  const inside = words.charAt(0).toLowerCase() + words.slice(1);
  return best.state === 'proven' && tone === 'good' && best.daysLeft !== null
    ? { tone, words: `${kind} works for ${count(best.daysLeft, 'day')}` }
    : { tone, words: best.state === 'refused' ? `${kind}: Entra refuses it` : `${kind}: ${inside}` };
}

type Ending = { credential: AppCredential; tone: 'waiting' | 'problem' };

/** What ends soon or has ended, unless another one that works lasts longer. */
export function endingCredentials({ credentials }: AppRegistration): Ending[] {
  const lasting = credentials.some(({ state, daysLeft }) => state === 'proven' && !endsSoon(daysLeft));
  if (lasting) return [];
  const working = credentials.filter(({ state }) => state === 'proven');
  const told = working.length > 0 ? working : credentials.filter(({ state }) => state === 'expired');
  return told.map((credential) => ({
    credential,
    tone: toneOfEnd(credential.daysLeft) === 'problem' ? 'problem' : 'waiting',
  }));
}

/** `in 12 days`, `tomorrow`, `today` */
export function inDays(daysLeft: number | null): string {
  if (daysLeft === null) return 'some day';
  return daysLeft <= 1 ? 'within a day' : `in ${count(daysLeft, 'day')}`;
}

/** What the tenant of a registration stands for. */
export function tenantWords(tenant: string): string {
  if (tenant === 'common') return 'Any organization, and personal accounts';
  return tenant === 'organizations' ? 'Any organization' : tenant;
}

export const cloudWords: Record<AppRegistration['cloud'], string> = {
  global: 'Worldwide',
  'gcc-high': 'US Government (GCC High)',
  dod: 'US Government (DoD)',
  china: 'China (21Vianet)',
};

function endsSoon(daysLeft: number | null): boolean {
  return daysLeft !== null && daysLeft <= soonDays;
}

function toneOfEnd(daysLeft: number | null): State['tone'] {
  if (daysLeft !== null && daysLeft <= urgentDays) return 'problem';
  return endsSoon(daysLeft) ? 'waiting' : 'good';
}

const ranks: Record<AppCredential['state'], number> = {
  proven: 0,
  unproven: 1,
  not_yet_valid: 2,
  refused: 3,
  expired: 4,
};

function rank({ state }: AppCredential): number {
  return ranks[state];
}

function endOf({ expiresAt }: AppCredential): number {
  return expiresAt ? Date.parse(expiresAt) : Number.MAX_SAFE_INTEGER;
}
