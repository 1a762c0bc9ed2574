import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { decodeProtectedHeader, jwtVerify, UnsecuredJWT } from 'jose';
import { Problem } from '../problem.ts';
import { requestAppToken } from './app-token.ts';
import { createCertificate } from './certificates.ts';
import { toProblem } from './problems.ts';
import type { TokenClient } from './token-endpoint.ts';

const now = () => new Date('2026-11-20T09:00:00.750Z');
const seconds = Math.floor(now().getTime() / 1000);
const tenant = '72f988bf-86f1-41af-91ab-2d7cd011db47';
const tokenUrl = `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`;
const made = createCertificate({ commonName: 'Parley', now: now() });
const app: TokenClient = {
  authority: 'https://login.microsoftonline.com/',
  tenant,
  clientId: '832d86c8-1111-4222-8333-444455556666',
  credential: { kind: 'secret', secret: 'a+secret/value' },
};
/** Claims of a Graph token in the v1 form; the signature is not ours to check. */
const token = (claims: Record<string, unknown>) => new UnsecuredJWT({ tid: tenant, ...claims }).encode();

function entra(accessToken: string) {
  const forms: URLSearchParams[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    assert.equal(request.url, tokenUrl.replace(tenant, new URL(request.url).pathname.split('/')[1] ?? ''));
    forms.push(new URLSearchParams(await request.text()));
    return Response.json({ token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: accessToken });
  };
  return { deps: { fetch, now }, forms };
}

test('a secret goes out with the default scope of Graph, and the claims come back', async () => {
  const { deps, forms } = entra(token({ roles: ['User.Read.All'], idtyp: 'app', appid: app.clientId, oid: 'o-1' }));
  const { accessToken, ...said } = await requestAppToken(deps, app);
  assert.ok(accessToken);
  assert.deepEqual(said, {
    expiresAt: new Date('2026-11-20T09:59:59.750Z'),
    tenantId: tenant,
    roles: ['User.Read.All'],
    idtyp: 'app',
    appId: app.clientId,
    objectId: 'o-1',
  });
  assert.deepEqual(Object.fromEntries(forms[0] ?? []), {
    grant_type: 'client_credentials',
    client_id: app.clientId,
    client_secret: 'a+secret/value',
    scope: 'https://graph.microsoft.com/.default',
  });
});

test('a national cloud has a Graph of its own', async () => {
  const { deps, forms } = entra(token({}));
  const { roles, idtyp } = await requestAppToken(deps, { ...app, graphResource: 'https://dod-graph.microsoft.us/' });
  assert.equal(forms[0]?.get('scope'), 'https://dod-graph.microsoft.us/.default');
  assert.deepEqual([roles, idtyp], [[], undefined]);
});

for (const assertion of ['PS256', 'RS256'] as const) {
  test(`a certificate proves the app by an assertion of its own for each request (${assertion})`, async () => {
    const { deps, forms } = entra(token({}));
    const credential = { kind: 'certificate', ...made, assertion } as const;
    await requestAppToken(deps, { ...app, credential });
    await requestAppToken(deps, { ...app, credential });
    const ids = new Set<unknown>();
    for (const form of forms) {
      assert.equal(form.has('client_secret'), false);
      assert.equal(form.get('client_assertion_type'), 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
      const jwt = form.get('client_assertion') ?? '';
      const key = createPublicKey(made.certificatePem);
      const { payload } = await jwtVerify(jwt, key, { algorithms: [assertion], currentDate: now() });
      const { jti, ...claims } = payload;
      ids.add(jti);
      assert.deepEqual(claims, {
        aud: tokenUrl,
        iss: app.clientId,
        sub: app.clientId,
        nbf: seconds,
        iat: seconds,
        exp: seconds + 600,
      });
      assert.deepEqual(
        decodeProtectedHeader(jwt),
        assertion === 'PS256'
          ? { alg: 'PS256', typ: 'JWT', 'x5t#S256': made.sha256 }
          : { alg: 'RS256', typ: 'JWT', x5t: made.sha1 },
      );
    }
    assert.equal(ids.size, 2);
  });
}

test('the token must be of the tenant whose GUID was asked, in any case; a domain has no GUID to compare', async () => {
  const other = '9188040d-6c67-4c5b-b112-36a304b66dad';
  await assert.rejects(
    requestAppToken(entra(token({ tid: other })).deps, app),
    (error) => error instanceof Problem && error.code === 'token_tenant_mismatch',
  );
  await requestAppToken(entra(token({ tid: tenant.toUpperCase() })).deps, app);
  const byDomain = await requestAppToken(entra(token({ tid: other })).deps, { ...app, tenant: 'contoso.example' });
  assert.equal(byDomain.tenantId, other);
});

test('a token that does not say whose it is, is not used', async () => {
  for (const opaque of ['opaque', 'a.b.c', new UnsecuredJWT({ roles: ['User.Read.All'] }).encode()]) {
    await assert.rejects(
      requestAppToken(entra(opaque).deps, app),
      (error) => toProblem(error).code === 'microsoft_answer_unreadable',
    );
  }
});

test('without one tenant nothing is asked', async () => {
  for (const many of ['common', 'organizations', 'consumers', 'COMMON']) {
    const { deps, forms } = entra(token({}));
    await assert.rejects(
      requestAppToken(deps, { ...app, tenant: many }),
      (error) => error instanceof Problem && error.code === 'tenant_id_needed',
    );
    assert.equal(forms.length, 0);
  }
});
