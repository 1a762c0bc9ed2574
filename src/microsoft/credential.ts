import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { Problem } from '../problem.ts';

/** What an app proves itself with at Entra's token endpoint. */
export type AppCredential =
  | { kind: 'secret'; secret: string }
  | {
      kind: 'certificate';
      /** PKCS#8 or PKCS#1; it leaves this process only as a signature. */
      privateKeyPem: string;
      /** base64url of the SHA-256 and of the SHA-1 of the certificate's DER. */
      sha256: string;
      sha1: string;
      /** PS256 names the certificate by SHA-256; RS256, which old set-ups want, by SHA-1. */
      assertion: 'PS256' | 'RS256';
    };

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const LIFETIME_S = 600;

/** The form fields that prove the app: its secret, or an assertion for this token URL that is good for ten minutes. */
export async function credentialForm(
  deps: { now: () => Date },
  p: { clientId: string; credential: AppCredential; tokenUrl: string },
): Promise<Record<string, string>> {
  const { credential } = p;
  if (credential.kind === 'secret') return { client_secret: credential.secret };
  return {
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await assertion(deps.now(), { ...p, credential }),
  };
}

/** Entra docs: “Microsoft identity platform application authentication certificate credentials”. */
async function assertion(
  now: Date,
  p: { clientId: string; credential: Extract<AppCredential, { kind: 'certificate' }>; tokenUrl: string },
): Promise<string> {
  const { assertion: alg, sha1, sha256, privateKeyPem } = p.credential;
  const issuedAt = Math.floor(now.getTime() / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg, typ: 'JWT', ...(alg === 'PS256' ? { 'x5t#S256': sha256 } : { x5t: sha1 }) })
    .setAudience(p.tokenUrl)
    .setIssuer(p.clientId)
    .setSubject(p.clientId)
    .setJti(crypto.randomUUID())
    .setNotBefore(issuedAt)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_S)
    .sign(privateKey(privateKeyPem));
}

function privateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new Problem('certificate_unreadable', { cause, detail: 'The stored private key cannot be read.' });
  }
}
