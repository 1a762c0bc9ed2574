import { constants, createDecipheriv, createHmac, privateDecrypt, timingSafeEqual, type KeyObject } from 'node:crypto';
import { SignedTokenError, verifySigned } from './signed-token.ts';
import { artifactData, validationTokenClaims } from './wire.ts';

/** The resource in a notification, encrypted (Graph docs: “changeNotificationEncryptedContent”); all in base64. */
export type EncryptedContent = {
  data: string;
  dataSignature: string;
  dataKey: string;
  /** The one that the subscription was made with. */
  encryptionCertificateId: string;
};

/** A recording or transcript that a notification tells of. */
export type AnnouncedArtifact = { artifactId: string; onlineMeetingId: string; organizerId: string | undefined };

/** The content was not encrypted for this key, or was changed on its way. */
export class ResourceDataError extends Error {
  override readonly name = 'ResourceDataError';
  readonly reason: 'key' | 'signature' | 'content';

  constructor(reason: ResourceDataError['reason'], cause?: unknown) {
    super(`resource data: ${reason}`, { cause });
    this.reason = reason;
  }
}

/** Graph's change notifications, as the app that signs for them (Graph docs: change notifications with resource data). */
const NOTIFIER_ID = '0bf30f3b-4a52-48df-9a82-234910c4a086';
const IV_BYTES = 16;

/**
 * The artifact in a notification: its key is taken out with the certificate's private key (RSA-OAEP with SHA-1), the
 * signature over the encrypted bytes is checked, then they are decrypted (AES-CBC; the key's first 16 bytes are the IV).
 * Throws `ResourceDataError`.
 * @see https://learn.microsoft.com/graph/change-notifications-with-resource-data
 */
export function openResourceData(content: EncryptedContent, privateKey: KeyObject): AnnouncedArtifact {
  const key = openKey(content, privateKey);
  const encrypted = Buffer.from(content.data, 'base64');
  const signature = Buffer.from(content.dataSignature, 'base64');
  const expected = createHmac('sha256', key).update(encrypted).digest();
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
    throw new ResourceDataError('signature');
  }
  try {
    const decipher = createDecipheriv(`aes-${key.length * 8}-cbc`, key, key.subarray(0, IV_BYTES));
    const plain = Buffer.concat([decipher.update(encrypted), decipher.final()]).toString('utf8');
    const { id, meetingId, meetingOrganizer } = artifactData.parse(JSON.parse(plain));
    return { artifactId: id, onlineMeetingId: meetingId, organizerId: meetingOrganizer?.user?.id?.toLowerCase() };
  } catch (cause) {
    throw new ResourceDataError('content', cause);
  }
}

/**
 * Whether Microsoft's notifier signed every one of these tokens, for one of our apps and now, in the name of a tenant that
 * we know. None at all is no proof. Throws `TokenError` when Entra cannot tell its keys.
 */
export async function areFromMicrosoft(
  deps: { fetch: typeof fetch; now: () => Date },
  tokens: readonly string[],
  wanted: { authority: string; clientIds: string[]; tenantIds: readonly string[]; signal?: AbortSignal | undefined },
): Promise<boolean> {
  if (tokens.length === 0) return false;
  for (const token of tokens) {
    if (!(await isFromMicrosoft(deps, token, wanted))) return false;
  }
  return true;
}

async function isFromMicrosoft(
  deps: { fetch: typeof fetch; now: () => Date },
  token: string,
  { authority, clientIds, tenantIds, signal }: Parameters<typeof areFromMicrosoft>[2],
): Promise<boolean> {
  const claims = await claimsOf(deps, token, { authority, audiences: clientIds, signal });
  if (!claims) return false;
  const { issuer, iss, tid, appid, azp } = claims;
  const issuers = [`https://sts.windows.net/${tid}/`, issuer.replace('{tenantid}', tid)];
  return issuers.includes(iss) && tenantIds.includes(tid.toLowerCase()) && [appid, azp].includes(NOTIFIER_ID);
}

async function claimsOf(
  deps: { fetch: typeof fetch; now: () => Date },
  token: string,
  { authority, ...wanted }: { authority: string; audiences: string[]; signal?: AbortSignal | undefined },
) {
  try {
    const signer = { authority, tenant: 'common' };
    const { issuer, payload } = await verifySigned(deps, signer, token, { ...wanted, requiredClaims: ['iss', 'exp'] });
    const claims = validationTokenClaims.safeParse(payload).data;
    return claims && { ...claims, issuer };
  } catch (error) {
    if (error instanceof SignedTokenError) return undefined;
    throw error;
  }
}

function openKey(content: EncryptedContent, privateKey: KeyObject): Buffer {
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const sealed = Buffer.from(content.dataKey, 'base64');
  try {
    const key = privateDecrypt({ key: privateKey, padding, oaepHash: 'sha1' }, sealed);
    if ([16, 24, 32].includes(key.length)) return key;
  } catch (cause) {
    throw new ResourceDataError('key', cause);
  }
  throw new ResourceDataError('key');
}
