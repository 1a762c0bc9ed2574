import { splitScopes, type ConnectionRow } from '../../connections/connection.ts';
import { works } from '../../connections/search.ts';
import { epoch } from './envelope.ts';

/** A connection as both generations of Nylas show a grant. Parley keeps no addresses and browsers of people. */
export function presentGrant(row: ConnectionRow, state: string | null = null) {
  return {
    id: row.id,
    provider: 'microsoft',
    state,
    email: row.account_email,
    name: row.account_name,
    provider_user_id: row.object_id,
    ip: null,
    grant_status: works(row) ? 'valid' : 'invalid',
    user_agent: null,
    created_at: epoch(row.created_at),
    updated_at: epoch(row.updated_at),
    settings: {},
    metadata: row.metadata,
    scope: splitScopes(row.granted_scopes),
  };
}
