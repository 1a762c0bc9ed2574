import { constants, createCipheriv, createHmac, publicEncrypt, randomBytes, X509Certificate } from 'node:crypto';

/** The certificate that a subscriber gave, and how it calls it. */
export type Encryption = { certificate: string; certificateId: string };

/**
 * What only the owner of the certificate's key can read (Graph docs: “Set up change notifications that include resource
 * data”): a key for this once, its first half the initial vector.
 */
export function encrypt(text: string, { certificate, certificateId }: Encryption): Record<string, string> {
  const parsed = certificateOf(certificate);
  const key = randomBytes(32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16));
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const padding = { key: parsed.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
  return {
    data: data.toString('base64'),
    dataSignature: createHmac('sha256', key).update(data).digest('base64'),
    dataKey: publicEncrypt(padding, key).toString('base64'),
    encryptionCertificateId: certificateId,
    encryptionCertificateThumbprint: parsed.fingerprint.replaceAll(':', ''),
  };
}

/** The certificate in base64 of its DER form, with or without PEM's lines around. Throws when it is none. */
export function certificateOf(text: string): X509Certificate {
  const bare = text.replaceAll(/-----[A-Z ]+-----|\s/g, '');
  return new X509Certificate(Buffer.from(bare, 'base64'));
}
