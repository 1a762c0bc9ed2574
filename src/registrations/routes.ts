import { createRoute, z } from '@hono/zod-openapi';
import { requirePermission } from '../access/principal.ts';
import { idParam, json, jsonBody, newRouter, problemAnswers, type ApiContext } from '../http/router.ts';
import { deploymentRegistrationId } from './registration.ts';
import {
  certificateImport,
  certificateInput,
  credentialParams,
  credentialSchema,
  presentCredential,
  presentDeployment,
  presentRegistration,
  registrationChange,
  registrationInput,
  registrationSchema,
  secretInput,
} from './registration-json.ts';
import {
  addSecret,
  checkCredential,
  getCertificate,
  importCertificate,
  makeCertificate,
  removeCredential,
} from './credentials.ts';
import {
  changeRegistration,
  createRegistration,
  deleteRegistration,
  getRegistration,
  listRegistrations,
  type RegistrationDeps,
} from './service.ts';

const params = idParam('the registration');
const tags = ['App registrations'];
const answer = { 200: json(registrationSchema, 'The registration'), ...problemAnswers };
const newCredential = {
  201: json(credentialSchema, 'The credential; never its private key or its value'),
  ...problemAnswers,
};

const list = createRoute({
  method: 'get',
  path: '/v1/app-registrations',
  tags,
  description: 'The server’s own registration comes first, if it has one.',
  responses: {
    200: json(z.object({ data: z.array(registrationSchema) }), 'The registrations with their credentials'),
    ...problemAnswers,
  },
});
const create = createRoute({
  method: 'post',
  path: '/v1/app-registrations',
  tags,
  request: { body: jsonBody(registrationInput) },
  responses: { 201: json(registrationSchema, 'The registration'), ...problemAnswers },
});
const read = createRoute({
  method: 'get',
  path: '/v1/app-registrations/{id}',
  tags,
  request: { params },
  responses: answer,
});
const change = createRoute({
  method: 'patch',
  path: '/v1/app-registrations/{id}',
  tags,
  description: 'Changes what is given. Client id and tenant stay: another app is another registration.',
  request: { params, body: jsonBody(registrationChange) },
  responses: answer,
});
const remove = createRoute({
  method: 'delete',
  path: '/v1/app-registrations/{id}',
  tags,
  description: 'Removes a registration that nothing uses, with its credentials. Entra keeps its own.',
  request: { params },
  responses: { 204: { description: 'It is gone' }, ...problemAnswers },
});
const make = createRoute({
  method: 'post',
  path: '/v1/app-registrations/{id}/certificates',
  tags,
  description:
    'Makes a key pair (RSA 2048) and a self-signed certificate (SHA-256). The private key stays here; upload the `.cer` in Entra.',
  request: { params, body: jsonBody(certificateInput) },
  responses: newCredential,
});
const bring = createRoute({
  method: 'post',
  path: '/v1/app-registrations/{id}/certificates/import',
  tags,
  request: { params, body: jsonBody(certificateImport) },
  responses: newCredential,
});
const secret = createRoute({
  method: 'post',
  path: '/v1/app-registrations/{id}/secrets',
  tags,
  request: { params, body: jsonBody(secretInput) },
  responses: newCredential,
});
const download = createRoute({
  method: 'get',
  path: '/v1/app-registrations/{id}/credentials/{credentialId}/certificate',
  tags,
  request: { params: credentialParams },
  responses: {
    200: {
      content: { 'application/pkix-cert': { schema: z.string().openapi({ format: 'binary' }) } },
      description: 'The certificate (DER), as Entra takes it under Certificates & secrets',
    },
    ...problemAnswers,
  },
});
const check = createRoute({
  method: 'post',
  path: '/v1/app-registrations/{id}/credentials/{credentialId}/check',
  tags,
  description:
    'Asks Entra for a token with exactly this credential; a refusal is its `state` and `problem`. Registrations of `common` or `organizations` cannot be asked for: `tenant_id_needed`.',
  request: { params: credentialParams },
  responses: { 200: json(credentialSchema, 'The credential with what Entra said'), ...problemAnswers },
});
const forget = createRoute({
  method: 'delete',
  path: '/v1/app-registrations/{id}/credentials/{credentialId}',
  tags,
  request: { params: credentialParams },
  responses: {
    204: { description: 'Parley has forgotten it; Entra keeps it until it is deleted there' },
    ...problemAnswers,
  },
});

/** `/v1/app-registrations`: our identities in Entra and what they prove themselves with. For those who manage. */
export function registrationRoutes(deps: RegistrationDeps) {
  const own = deps.apps.deployment;
  return newRouter()
    .openapi(list, async (c) => {
      const registrations = await listRegistrations(deps, manager(c).workspaceId);
      const usesOwn = !registrations.some(({ row }) => row.used_for_sign_in);
      const data = registrations.map((registration) => presentRegistration(registration, deps.now()));
      return c.json({ data: own ? [presentDeployment(own, usesOwn), ...data] : data }, 200);
    })
    .openapi(create, async (c) => {
      const registration = await createRegistration(deps, manager(c), c.req.valid('json'));
      return c.json(presentRegistration(registration, deps.now()), 201);
    })
    .openapi(read, async (c) => {
      const { workspaceId } = manager(c);
      const { id } = c.req.valid('param');
      if (id === deploymentRegistrationId) {
        const app = await deps.apps.get(workspaceId, null);
        const used = await deps.apps.findForSignIn(workspaceId);
        return c.json(presentDeployment(app, used?.registrationId === null), 200);
      }
      return c.json(presentRegistration(await getRegistration(deps, workspaceId, id), deps.now()), 200);
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param');
      const registration = await changeRegistration(deps, manager(c), id, c.req.valid('json'));
      return c.json(presentRegistration(registration, deps.now()), 200);
    })
    .openapi(remove, async (c) => {
      await deleteRegistration(deps, manager(c), c.req.valid('param').id);
      return c.body(null, 204);
    })
    .openapi(make, async (c) => {
      const row = await makeCertificate(deps, manager(c), c.req.valid('param').id, c.req.valid('json'));
      return c.json(presentCredential(row, deps.now()), 201);
    })
    .openapi(bring, async (c) => {
      const { file, ...input } = c.req.valid('json');
      const bytes = Buffer.from(file, 'base64');
      const row = await importCertificate(deps, manager(c), c.req.valid('param').id, { ...input, file: bytes });
      return c.json(presentCredential(row, deps.now()), 201);
    })
    .openapi(secret, async (c) => {
      const row = await addSecret(deps, manager(c), c.req.valid('param').id, c.req.valid('json'));
      return c.json(presentCredential(row, deps.now()), 201);
    })
    .openapi(download, async (c) => {
      const { cer, fileName } = await getCertificate(deps, manager(c).workspaceId, c.req.valid('param'));
      return c.body(new Uint8Array(cer), 200, {
        'Content-Type': 'application/pkix-cert',
        'Content-Disposition': `attachment; filename="${fileName}"`,
      });
    })
    .openapi(check, async (c) => {
      const row = await checkCredential(deps, manager(c).workspaceId, c.req.valid('param'));
      return c.json(presentCredential(row, deps.now()), 200);
    })
    .openapi(forget, async (c) => {
      await removeCredential(deps, manager(c), c.req.valid('param'));
      return c.body(null, 204);
    });
}

function manager(c: ApiContext) {
  const principal = c.get('principal');
  requirePermission(principal, 'manage');
  return principal;
}
