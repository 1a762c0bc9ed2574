import { Problem, type ProblemCode } from '../../problem.ts';
import {
  credentialState,
  inOrderOfTrust,
  type CredentialRow,
  type CredentialState,
} from '../../registrations/registration.ts';
import { known, type Check, type Context, type Result } from '../check.ts';

const day = 86_400_000;
/** From then on somebody should think of it; a month and two weeks before, more urgently. */
const worthSayingDays = 60;

/** What the app can prove itself with, and for how long. Whether Entra takes it is for the check of the token. */
export const appCredentials: Check = {
  name: 'app-credentials',
  label: 'Credentials of the app',
  needs: ['app-registration'],
  async run(context) {
    const { registrationId } = known(context, 'app-registration');
    if (registrationId === null)
      return {
        status: 'ok',
        title: 'The client secret of this server’s configuration is used.',
        notes: ['When it ends stands in Entra under Certificates & secrets; Parley cannot see it.'],
      };
    return judge(await readCredentials(context, registrationId), context.now());
  },
};

/** The credentials of a registration, in the order in which Parley tries them. */
export async function readCredentials(
  { db, now }: Pick<Context, 'db' | 'now'>,
  registrationId: string,
): Promise<CredentialRow[]> {
  const rows = await db
    .selectFrom('app_credentials')
    .selectAll()
    .where('registration_id', '=', registrationId)
    .execute();
  return inOrderOfTrust(rows, now());
}

type Seen = { row: CredentialRow; state: CredentialState; daysLeft: number | undefined };

function judge(rows: CredentialRow[], now: Date): Result {
  const all = rows.map((row): Seen => ({ row, state: credentialState(row, now), daysLeft: daysLeft(row, now) }));
  const notes = all.map(wordsOf);
  const usable = all.filter(({ state }) => state === 'proven' || state === 'unproven');
  if (usable.length === 0) return { ...noneUsable(all), status: 'failed', notes };
  const lasting = usable.filter(({ daysLeft: left }) => (left ?? Infinity) > worthSayingDays);
  if (lasting.length === 0) return ending(usable, notes);
  const proven = usable.filter(({ state }) => state === 'proven');
  if (lasting.some((one) => proven.includes(one)) || proven.length === 0)
    return { status: 'ok', title: 'The app has a credential that is good for some time.', notes };
  const note = 'The one in use ends soon, and the next one has not been used yet: make sure that Entra has it.';
  return { status: 'warning', title: 'The next credential is not proven.', notes: [note, ...notes], remedy };
}

const remedy =
  'An administrator of the workspace opens the app registration under Microsoft 365 and makes a second certificate; whoever manages the registration in Entra uploads its .cer file. Both work side by side, so nothing stops meanwhile.';

function noneUsable(all: Seen[]): Omit<Result, 'status'> {
  if (all.length === 0) {
    return { title: 'The app registration has no credential.', problem: new Problem('app_credential_missing'), remedy };
  }
  if (all.every(({ state }) => state === 'expired')) {
    const isSecret = all[0]?.row.kind === 'secret';
    const problem = new Problem(isSecret ? 'app_secret_expired' : 'app_certificate_unknown');
    return { title: 'Every credential of the app has expired.', problem, remedy };
  }
  if (all.every(({ state }) => state !== 'refused')) {
    return { title: 'No credential of the app is valid yet.', problem: new Problem('app_credential_missing'), remedy };
  }
  const code: ProblemCode = all.find(({ state }) => state === 'refused')?.row.refusal_code ?? 'app_credential_refused';
  return { title: 'Entra refused every credential of the app.', problem: new Problem(code), remedy };
}

/** All that can be used ends soon. */
function ending(usable: Seen[], notes: string[]): Result {
  const last = Math.max(...usable.map(({ daysLeft: left }) => left ?? 0));
  const words = last <= 14 ? 'The app is about to lose its last credential' : 'The credentials of the app end soon';
  const advice = last <= 30 ? 'Meetings stop when it has ended.' : 'There is time to make a second one in peace.';
  return { status: 'warning', title: `${words}: ${inDays(last)}.`, notes: [advice, ...notes], remedy };
}

function wordsOf({ row, state, daysLeft: left }: Seen): string {
  const kind = row.kind === 'secret' ? 'Secret' : 'Certificate';
  const print = row.sha1 === null ? '' : ` (thumbprint ${row.sha1})`;
  const until = left === undefined || state === 'expired' ? '' : `, ends ${inDays(left)}`;
  return `${kind} “${row.name}”${print}: ${states[state]}${until}.`;
}

const states: Record<CredentialState, string> = {
  proven: 'Entra took it',
  unproven: 'not used yet',
  refused: 'Entra refused it the last time',
  not_yet_valid: 'not valid yet',
  expired: 'expired',
};

function inDays(days: number): string {
  if (days <= 0) return 'today';
  return days === 1 ? 'in one day' : `in ${days} days`;
}

function daysLeft({ expires_at: expiresAt }: CredentialRow, now: Date): number | undefined {
  return expiresAt ? Math.floor((expiresAt.getTime() - now.getTime()) / day) : undefined;
}
