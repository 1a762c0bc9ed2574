import { splitScopes } from '../../connections/connection.ts';
import { connectionState, findConnection } from '../../connections/service.ts';
import { missingScopes, scopesFor } from '../../microsoft/permissions.ts';
import { Problem } from '../../problem.ts';
import { known, type Check } from '../check.ts';
import { answerOf, resultOf } from './asking.ts';

/** The member has connected an account, and Parley may use what was granted. */
export const connection: Check = {
  name: 'connection',
  label: 'Connection',
  async run(context) {
    const { db, subject, facts } = context;
    if (!subject) return { status: 'skipped', title: 'Not checked, because nobody was named whose connection it is.' };
    const row = await findConnection({ db }, subject);
    if (!row) return { ...resultOf(new Problem('not_connected')), title: 'No Microsoft account is connected.' };
    const ids = `Connection ${row.id}, tenant ${row.tenant_id}, user ${row.object_id}.`;
    const state = connectionState(row, []); // permissions have a check of their own
    if (state.state === 'reconnect_needed') {
      const { problem } = state;
      const since = `Since ${row.updated_at.toISOString()} Parley does not use it any more.`;
      const told = problem.provider ? [`Microsoft had answered ${answerOf(problem)}${id(problem)}.`] : [];
      return { ...resultOf(problem), status: 'failed', notes: [since, ...told, ids] };
    }
    facts.connection = row;
    return { status: 'ok', title: 'A Microsoft account is connected.', notes: [ids] };
  },
};

function id({ provider }: Problem): string {
  return provider?.requestId === undefined ? '' : `, request id ${provider.requestId}`;
}

/** Granted scopes against those that meetings need and those that this server asks for. */
export const permissions: Check = {
  name: 'permissions',
  label: 'Permissions that were granted',
  needs: ['connection'],
  run(context) {
    const granted = splitScopes(known(context, 'connection').granted_scopes);
    const crucial = missingScopes(scopesFor.meetings, granted);
    const configured = splitScopes(context.settings.scopes);
    const missing = new Set([...crucial, ...missingScopes([...scopesFor.profile, ...configured], granted)]);
    const notes = [`Granted: ${granted.join(', ')}.`];
    if (missing.size === 0) return { status: 'ok', title: 'Everything that this server asks for was granted.', notes };
    const title = `Microsoft did not grant ${[...missing].join(', ')} to this connection.`;
    const effect = crucial.length > 0 ? 'Without that no meeting can be made.' : 'Meetings can be made all the same.';
    const problem = new Problem('scopes_missing');
    return { status: crucial.length > 0 ? 'failed' : 'warning', title, notes: [effect, ...notes], problem };
  },
};
