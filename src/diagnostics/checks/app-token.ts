import { decodeJwt } from 'jose';
import { appTokenClaims } from '../../microsoft/wire.ts';
import { toProblem } from '../../microsoft/problems.ts';
import type { Problem, ProblemCode } from '../../problem.ts';
import type { App } from '../../registrations/apps.ts';
import type { CredentialRow } from '../../registrations/registration.ts';
import { known, placeOf, tenantOf, type Check, type Context, type Result } from '../check.ts';
import { readCredentials } from './app-credentials.ts';
import { answerOf, hostOf, isPassing, resultOf } from './asking.ts';

/** Asks Entra for a new token of the app, whatever is held in memory: through the one place that asks. */
export const appToken: Check = {
  name: 'app-token',
  label: 'New token of the app',
  needs: ['app-registration', 'authority'],
  deadlineMs: 25_000,
  async run(context) {
    const app = known(context, 'app-registration');
    const startedAt = context.now();
    const before = app.registrationId === null ? [] : await readCredentials(context, app.registrationId);
    const asked = exchangeOf(context);
    try {
      const { token } = await context.appTokens(tenantOf(context), { signal: context.signal, fresh: true });
      context.facts['app-token'] = token;
      asked('200');
      const notes = [...(await toldOf(context, app, before, startedAt)), `It is good until ${iso(token.expiresAt)}.`];
      return { status: 'ok', title: 'Entra gives the app new tokens.', notes };
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code === 'internal_error') throw error;
      asked(answerOf(problem), problem.provider?.requestId);
      const result = refusalOf(app, problem);
      const told = await toldOf(context, app, before, startedAt);
      return { ...result, notes: [...(result.notes ?? []), ...told, ...(await goOn(context, problem))] };
    }
  },
};

/** Tokens are good for an hour at least; one that was had within that time may be held still. */
const heldMs = 55 * 60_000;

/** Entra is not there at the moment. What it gave before may still be good for the checks that follow. */
async function goOn(context: Context, problem: Problem): Promise<string[]> {
  const { appTokens, now, signal, facts } = context;
  const { verified_at: verifiedAt } = tenantOf(context);
  if (!isPassing(problem) || !verifiedAt || now().getTime() - verifiedAt.getTime() > heldMs) return [];
  const held = await appTokens(tenantOf(context), { signal }).catch(() => undefined);
  if (held === undefined) return [];
  facts['app-token'] = held.token;
  return [`What follows was asked with a token that is good until ${iso(held.token.expiresAt)}.`];
}

/** Which credentials Entra refused just now, and which one it took. */
async function toldOf(context: Context, app: App, before: CredentialRow[], startedAt: Date): Promise<string[]> {
  if (app.registrationId === null) return ['The app proves itself with the client secret of this server.'];
  const rows = await readCredentials(context, app.registrationId);
  const refusedNow = (id: string) => {
    const row = rows.find((one) => one.id === id);
    return row?.refused_at && row.refused_at >= startedAt ? row : undefined;
  };
  const refusals = before.flatMap(({ id }) => {
    const row = refusedNow(id);
    const code = row?.refusal_answer ? ` (${row.refusal_answer.code})` : '';
    return row ? [`Entra refused ${nameOf(row)}${code}.`] : [];
  });
  const taken = context.facts['app-token'] !== undefined && before.find(({ id }) => !refusedNow(id));
  return [...refusals, ...(taken ? [`Entra took ${nameOf(taken)}.`] : [])];
}

function nameOf({ kind, name }: CredentialRow): string {
  return `the ${kind} “${name}”`;
}

function exchangeOf(context: Context) {
  const { now, exchanges } = context;
  const { authority, tenantId } = placeOf(context);
  const at = now();
  const asked = `POST ${hostOf(authority)}/${tenantId}/oauth2/v2.0/token (client_credentials)`;
  return (answered: string, requestId?: string) =>
    exchanges.push({ asked, answered, requestId, at, durationMs: now().getTime() - at.getTime() });
}

function refusalOf(app: App, problem: Problem): Result {
  const result = resultOf(problem);
  const remedy = app.registrationId === null ? undefined : remedies[problem.code];
  return remedy === undefined ? result : { ...result, remedy };
}

const openRegistration = 'An administrator of the workspace opens the app registration under Microsoft 365';

/** What helps where the registration is the workspace's: the table's remedies are about the server's configuration. */
const remedies: Partial<Record<ProblemCode, string>> = {
  app_secret_wrong: `${openRegistration} and enters the secret’s Value, not its Secret ID; or makes a certificate instead.`,
  app_secret_expired: `${openRegistration} and makes a certificate, or enters the Value of a new client secret. Nobody needs to consent again.`,
  app_credential_missing: `${openRegistration}, makes a certificate and has its .cer file uploaded in Entra.`,
  app_credential_refused: `${openRegistration} and compares its client ID with Entra; there the registration must be one of a web app, not of a public client.`,
  app_not_found: `${openRegistration} and compares client ID and tenant with Entra’s overview page; then a Global Administrator of the tenant opens the admin consent link.`,
  tenant_not_found: `${openRegistration} and compares the tenant with the Directory (tenant) ID, and the cloud, on Entra’s overview page.`,
  single_tenant_app: `${openRegistration} and compares the tenant with the one in which the registration was made.`,
  tenant_id_needed: `${openRegistration}: it must name one tenant by its Directory (tenant) ID.`,
  invalid_scope: `${openRegistration} and checks its cloud: tokens are asked for the Graph of that cloud.`,
};

/** That no user stands behind the token. One of another tenant or app was refused when it came. */
export const appTokenKind: Check = {
  name: 'app-token-kind',
  label: 'Kind of token',
  needs: ['app-token'],
  run(context) {
    const claims = claimsOf(known(context, 'app-token').accessToken);
    if (claims) return judge(claims);
    const notes = ['Whose token it is, and which permissions are in it, cannot be told.'];
    return { status: 'not_known', title: 'The token cannot be looked into.', notes };
  },
};

type Claims = NonNullable<ReturnType<typeof claimsOf>>;

function judge(claims: Claims): Result {
  if (claims.scp !== undefined || (claims.idtyp !== undefined && claims.idtyp !== 'app')) {
    const title = 'This is a token of a user, not of the app itself.';
    const remedy = 'Whoever runs this server looks for something between Parley and Entra that gives tokens itself.';
    return { status: 'failed', title, notes: [difference], remedy };
  }
  const roles = claims.roles ?? [];
  const inIt = roles.length > 0 ? `Permissions in it: ${roles.join(', ')}.` : 'There are no permissions in it.';
  if (claims.idtyp === undefined && roles.length === 0) {
    const title = 'The token does not say whether a user stands behind it.';
    return { status: 'not_known', title, notes: [inIt] };
  }
  return { status: 'ok', title: 'The token is one of the app itself, for this tenant.', notes: [inIt, difference] };
}

const difference =
  'Only tests with a token of the app itself, as here, say anything about application access policies and the scope of Exchange: a delegated test, with a user who signed in, proves nothing about them.';

function claimsOf(accessToken: string) {
  try {
    return claimsSchema.safeParse(decodeJwt(accessToken)).data;
  } catch {
    return undefined;
  }
}

const claimsSchema = appTokenClaims.extend({ scp: appTokenClaims.shape.idtyp });

function iso(instant: Date): string {
  return instant.toISOString();
}
