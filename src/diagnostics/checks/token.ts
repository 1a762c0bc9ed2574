import { decodeJwt } from 'jose';
import { z } from 'zod';
import { splitScopes } from '../../connections/connection.ts';
import { toProblem } from '../../microsoft/problems.ts';
import { isPersonalTenant } from '../../microsoft/permissions.ts';
import { Problem } from '../../problem.ts';
import { known, type Check, type Context, type Result } from '../check.ts';
import { answerOf, hostOf, isPassing, resultOf } from './asking.ts';

/**
 * Asks Entra for new tokens, as Parley does every hour: through the one place that refreshes, so that what comes back is
 * stored, and only a lost grant changes the connection.
 */
export const token: Check = {
  name: 'token',
  label: 'New access token',
  needs: ['configuration', 'authority', 'connection'],
  async run(context) {
    const row = known(context, 'connection');
    const asked = exchangeOf(context);
    try {
      const options = { signal: context.signal, rejectedVersion: row.token_version };
      const token = await context.accessTokens(row.id, options);
      context.facts.token = token;
      asked('200');
      const until = token.connection.access_token_expires_at.toISOString();
      return {
        status: 'ok',
        title: 'Microsoft gives new tokens for the connection.',
        notes: [`The new access token is good until ${until}.`],
      };
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code === 'internal_error') throw error;
      asked(answerOf(problem), problem.provider?.requestId);
      const result = resultOf(problem);
      return isPassing(problem) ? goOnWithTheOldOne(context, result) : result;
    }
  },
};

/** Entra is not there at the moment. What it gave before may still be good for the checks that follow. */
async function goOnWithTheOldOne(context: Context, result: Result): Promise<Result> {
  const { id } = known(context, 'connection');
  const token = await context.accessTokens(id, { signal: context.signal }).catch(() => undefined);
  if (token === undefined) return result;
  context.facts.token = token;
  const until = token.connection.access_token_expires_at.toISOString();
  return { ...result, notes: [...(result.notes ?? []), `The access token from before is good until ${until}.`] };
}

function exchangeOf({ now, exchanges, settings }: Context) {
  const at = now();
  const asked = `POST ${hostOf(settings.authority)}/${settings.tenantId}/oauth2/v2.0/token (refresh_token)`;
  return (answered: string, requestId?: string) =>
    exchanges.push({ asked, answered, requestId, at, durationMs: now().getTime() - at.getTime() });
}

/** Whose token it is, and that a user stands behind it. */
export const tokenKind: Check = {
  name: 'token-kind',
  label: 'Kind of token',
  needs: ['connection', 'token'],
  run(context) {
    const row = known(context, 'connection');
    if (isPersonalTenant(row.tenant_id)) {
      const notes = ['Its calendar can be read, but Microsoft makes no Teams meetings for personal accounts.'];
      return { ...resultOf(new Problem('personal_account')), title: 'The account is a personal one.', notes };
    }
    const claims = claimsOf(known(context, 'token').accessToken);
    if (!claims) {
      return {
        status: 'not_known',
        title: 'The access token cannot be looked into.',
        notes: ['Microsoft may give tokens that only Graph can read. Whose token it is cannot be told from it.'],
      };
    }
    return judge(context, claims);
  },
};

/** What a Graph token says of itself, where it is readable (Entra docs: access token claims reference). */
const claimsSchema = z.object({
  tid: z.string().optional(),
  oid: z.string().optional(),
  idtyp: z.string().optional(),
  scp: z.string().optional(),
  roles: z.array(z.string()).optional(),
  appid: z.string().optional(),
  azp: z.string().optional(),
});
type Claims = z.infer<typeof claimsSchema>;

function judge(context: Context, claims: Claims): Result {
  const row = known(context, 'connection');
  const isOf = (id: string, claim: string | undefined) => (claim ?? id).toLowerCase() === id.toLowerCase();
  if (claims.idtyp === 'app' || (claims.scp === undefined && claims.roles !== undefined)) {
    const title = 'This is a token of the app itself, and no user stands behind it.';
    return { status: 'failed', title, problem: new Problem('delegated_only') };
  }
  if (!isOf(row.tenant_id, claims.tid)) {
    const title = `The token is one of tenant ${claims.tid}, the connection one of tenant ${row.tenant_id}.`;
    return { status: 'failed', title, problem: new Problem('token_tenant_mismatch') };
  }
  if (!isOf(row.object_id, claims.oid)) {
    const title = `The token is one of user ${claims.oid}, the connection one of user ${row.object_id}.`;
    const remedy = 'The user of the connection opens Integrations, disconnects and connects again.';
    return { status: 'failed', title, remedy };
  }
  const { clientId = '' } = context.settings;
  const appId = claims.appid ?? claims.azp;
  if (!isOf(clientId, appId)) {
    const title = `The token was given to the app ${appId}, which is not the configured one.`;
    return { status: 'failed', title, remedy: 'Whoever runs this server checks MicrosoftTeams__ClientId.' };
  }
  const scopes = splitScopes(claims.scp ?? '');
  return {
    status: 'ok',
    title: 'The token is a delegated one, of the connected user.',
    notes: [
      ...(scopes.length > 0 ? [`Scopes in it: ${scopes.join(', ')}.`] : []),
      'A delegated test proves nothing about application access policies: those count only where the app acts by itself.',
    ],
  };
}

function claimsOf(accessToken: string): Claims | undefined {
  try {
    return claimsSchema.safeParse(decodeJwt(accessToken)).data;
  } catch {
    return undefined;
  }
}
