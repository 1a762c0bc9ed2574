import { z } from '@hono/zod-openapi';
import type { Context, Hono } from 'hono';
import { singleLine, type ApiContext } from '../../http/router.ts';
import { Problem } from '../../problem.ts';
import { addSecret, removeCredential } from '../../registrations/credentials.ts';
import { registrationInput, secretInput } from '../../registrations/registration-json.ts';
import type { KnownCredential, Registration } from '../../registrations/registration.ts';
import { requireOfKey } from '../../access/principal.ts';
import { callerByBearer } from './caller.ts';
import { done, epoch, one } from './envelope.ts';
import { errorOfVersion3 } from './errors.ts';
import { paging } from './fields.ts';
import { gate, newNylasRouter, type GateDeps, type NylasEnv } from './gate.ts';
import {
  changeIntegration,
  createIntegration,
  deleteIntegration,
  findIntegration,
  getIntegration,
  integrationChange,
  integrationInput,
  type Integration,
  type IntegrationDeps,
} from './integrations.ts';
import { readInput, readQuery } from './read-input.ts';

type Deps = GateDeps & IntegrationDeps;

const connectorChange = integrationChange.extend({
  active_credential_id: z
    .never(
      'None is chosen: Parley goes on with the credential that Microsoft took last, and tries the others after it.',
    )
    .optional(),
});

const credentialInput = z.object({
  name: singleLine(100, 'Give the credential a name.'),
  credential_type: z.enum(['adminconsent', 'connector'], {
    error: 'Use “adminconsent” or “connector”, with a client secret of the connector’s own app.',
  }),
  credential_data: z.object({
    client_id: registrationInput.shape.clientId,
    client_secret: secretInput.shape.secret,
  }),
});

/** `/v3/connectors`: the app that people sign in through, and the client secrets that it has. */
export function connectorRoutes(deps: Deps): Hono<NylasEnv> {
  const app = newNylasRouter(deps, errorOfVersion3);
  app.use('/v3/connectors/*', ...gate(deps, callerByBearer));
  app.get('/v3/connectors', async (c) => {
    const found = await findIntegration(deps, c.get('principal'));
    return list(c, found ? [present(found)] : []);
  });
  app.post('/v3/connectors', async (c) => {
    const wanted = await readInput(c as ApiContext, integrationInput);
    return one(c as ApiContext, present(await createIntegration(deps, c.get('principal'), wanted)));
  });
  app.get('/v3/connectors/:provider', async (c) => one(c as ApiContext, present(await ofPath(deps, c))));
  app.on(['PUT', 'PATCH'], '/v3/connectors/:provider', async (c) => {
    const wanted = await readInput(c as ApiContext, connectorChange);
    const changed = await changeIntegration(deps, c.get('principal'), c.req.param('provider'), wanted);
    return one(c as ApiContext, present(changed));
  });
  app.delete('/v3/connectors/:provider', async (c) => {
    await deleteIntegration(deps, c.get('principal'), c.req.param('provider'));
    return done(c as ApiContext);
  });
  credentialRoutes(app, deps);
  return app;
}

function credentialRoutes(app: Hono<NylasEnv>, deps: Deps): void {
  const path = '/v3/connectors/:provider/creds';
  app.get(path, async (c) => list(c, secretsOf((await ofPath(deps, c)).registration).map(presentCredential)));
  app.post(path, async (c) => {
    const principal = c.get('principal');
    requireOfKey(principal, 'app-registrations:write');
    const { registration } = await ofPath(deps, c);
    const { name, credential_data: data } = await readInput(c as ApiContext, credentialInput);
    requireOwnApp(registration, data.client_id);
    const row = await addSecret(deps, principal, registration.row.id, { name, secret: data.client_secret });
    return one(c as ApiContext, presentCredential(row));
  });
  app.get(`${path}/:id`, async (c) => one(c as ApiContext, presentCredential(await credentialOf(deps, c))));
  app.on(['PATCH', 'PUT'], `${path}/:id`, async (c) => {
    await credentialOf(deps, c);
    const detail = 'A credential stays as it is: add the new one, and delete this one once Microsoft takes the other.';
    throw new Problem('invalid_request', { detail });
  });
  app.delete(`${path}/:id`, async (c) => {
    const principal = c.get('principal');
    requireOfKey(principal, 'app-registrations:write');
    const { registration_id: id, id: credentialId } = await credentialOf(deps, c);
    await removeCredential(deps, principal, { id, credentialId });
    return done(c as ApiContext);
  });
}

async function ofPath(deps: Deps, c: Context<NylasEnv, string>): Promise<Integration> {
  return getIntegration(deps, c.get('principal'), c.req.param('provider') ?? '');
}

async function credentialOf(deps: Deps, c: Context<NylasEnv, string>): Promise<KnownCredential> {
  const { registration } = await ofPath(deps, c);
  const found = secretsOf(registration).find(({ id }) => id === c.req.param('id'));
  if (!found) throw new Problem('not_found');
  return found;
}

/** Certificates have no word in Nylas. */
function secretsOf({ credentials }: Registration): KnownCredential[] {
  return credentials.filter(({ kind }) => kind === 'secret');
}

function requireOwnApp({ row }: Registration, clientId: string): void {
  if (row.client_id === clientId) return;
  const detail =
    'A connector has one app here. For an app that acts for a whole tenant, add an app registration and a tenant connection (/v1/app-registrations, /v1/tenants).';
  throw new Problem('invalid_request', { errors: [{ pointer: '/credential_data/client_id', detail }] });
}

function list(c: Context<NylasEnv>, all: readonly object[]): Response {
  const { limit, offset } = readQuery(c as ApiContext, paging);
  return c.json({ request_id: c.get('requestId'), data: all.slice(offset, offset + limit), limit, offset });
}

function present({ registration: { row } }: Integration) {
  return {
    name: row.name,
    provider: 'microsoft',
    settings: { client_id: row.client_id, tenant: row.tenant },
    scope: row.scopes.split(' '),
  };
}

function presentCredential({ id, name, created_at: createdAt }: KnownCredential) {
  const at = epoch(createdAt);
  return { id, name, credential_type: 'adminconsent', created_at: at, updated_at: at };
}
