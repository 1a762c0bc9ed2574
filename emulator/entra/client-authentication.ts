import { createPublicKey, X509Certificate } from 'node:crypto';
import { compactVerify, decodeJwt, decodeProtectedHeader, errors } from 'jose';
import type { JWTPayload, ProtectedHeaderParameters } from 'jose';
import type { Context } from '../context.ts';
import type { AppRegistration, Certificate } from '../directory.ts';
import { AadstsError } from './aadsts.ts';

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export type Credential = 'secret' | 'certificate';

/** The client id of a token request, from its body, its Basic header or its assertion. Throws AADSTS900144. */
export function readClientId(request: Request, form: URLSearchParams): string {
  const clientId = form.get('client_id') ?? basicCredentials(request)?.clientId ?? assertionSubject(form);
  if (clientId === undefined || clientId === '') throw new AadstsError(900144, { parameter: 'client_id' });
  return clientId.toLowerCase();
}

/**
 * How the app proved who it is, or `undefined` when it did not try. Throws AADSTS7000215 or 7000222 for secrets, and
 * 50027, 700021, 700023, 700024 or 700027 for certificates.
 */
export async function authenticateClient(
  context: Context,
  request: Request,
  form: URLSearchParams,
  app: AppRegistration,
): Promise<Credential | undefined> {
  const assertion = form.get('client_assertion');
  if (assertion !== null) {
    if (form.get('client_assertion_type') !== ASSERTION_TYPE) {
      throw new AadstsError(900144, { parameter: 'client_assertion_type' });
    }
    await checkAssertion(context, request, app, assertion);
    return 'certificate';
  }
  const secret = form.get('client_secret') ?? basicCredentials(request)?.secret;
  if (secret === undefined || secret === '') return undefined;
  checkSecret(context, app, secret);
  return 'secret';
}

function checkSecret(context: Context, app: AppRegistration, value: string): void {
  const secret = app.secrets.find((secret) => secret.value === value);
  if (secret === undefined) throw new AadstsError(7000215, { clientId: app.clientId });
  if (secret.expiresAt <= context.now()) throw new AadstsError(7000222, { clientId: app.clientId });
}

/** Entra docs: certificate credentials. */
async function checkAssertion(
  context: Context,
  request: Request,
  app: AppRegistration,
  assertion: string,
): Promise<void> {
  const { header, claims } = decode(assertion);
  const certificate = findCertificate(app, header);
  if (certificate.notAfter <= context.now()) {
    throw new AadstsError(700027, { reason: 'The key used is expired.', thumbprint: hex(certificate.sha1) });
  }
  const key = createPublicKey(new X509Certificate(certificate.pem).publicKey.export({ type: 'spki', format: 'pem' }));
  try {
    await compactVerify(assertion, key, { algorithms: ['PS256', 'RS256'] });
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    const reason = 'The key was found, but the signature does not match it.';
    throw new AadstsError(700027, { reason, thumbprint: hex(certificate.sha1) });
  }
  checkClaims(context, request, app, claims);
}

function checkClaims(context: Context, request: Request, app: AppRegistration, claims: JWTPayload): void {
  if (claims.iss !== app.clientId || claims.sub !== app.clientId) throw new AadstsError(700021);
  const { origin, pathname } = new URL(request.url);
  const accepted = [`${origin}${pathname}`, `${origin}${pathname.replace(/\/oauth2\/v2\.0\/token$/, '/v2.0')}`];
  const audiences = [claims.aud ?? []].flat();
  if (!audiences.some((audience) => accepted.includes(audience))) {
    throw new AadstsError(700023, { audience: audiences.join(' ') });
  }
  const now = context.now() / 1000;
  // Entra allows five minutes between clocks.
  if (claims.exp === undefined || claims.exp + 300 <= now || (claims.nbf ?? 0) - 300 > now) {
    const values = { now: iso(now), notBefore: iso(claims.nbf), expires: iso(claims.exp) };
    throw new AadstsError(700024, values);
  }
  if (typeof claims.jti !== 'string') throw new AadstsError(50027, { reason: 'it has no jti claim' });
}

function iso(seconds = 0): string {
  return new Date(seconds * 1000).toISOString();
}

function findCertificate(app: AppRegistration, header: ProtectedHeaderParameters): Certificate {
  const sha256 = header['x5t#S256'];
  const certificate = app.certificates.find(
    (certificate) =>
      (typeof sha256 === 'string' && certificate.sha256 === sha256) ||
      (sha256 === undefined && certificate.sha1 === header.x5t),
  );
  if (certificate !== undefined) return certificate;
  const thumbprint = hex(typeof sha256 === 'string' ? sha256 : (header.x5t ?? header.kid ?? ''));
  throw new AadstsError(700027, { reason: 'The key was not found.', thumbprint });
}

function decode(assertion: string): { header: ProtectedHeaderParameters; claims: JWTPayload } {
  try {
    return { header: decodeProtectedHeader(assertion), claims: decodeJwt(assertion) };
  } catch {
    throw new AadstsError(50027, { reason: 'it cannot be decoded' });
  }
}

function assertionSubject(form: URLSearchParams): string | undefined {
  const assertion = form.get('client_assertion');
  return assertion === null ? undefined : decode(assertion).claims.sub;
}

function basicCredentials(request: Request): { clientId: string; secret: string } | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [clientId = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { clientId: formDecode(clientId), secret: formDecode(secret.join(':')) };
}

/** RFC 6749 §2.3.1: both halves are form-encoded first. */
function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function hex(base64url: string): string {
  return Buffer.from(base64url, 'base64url').toString('hex').toUpperCase();
}
