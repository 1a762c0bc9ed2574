import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { CONTROL_ORIGIN } from '../../emulator/emulator.ts';
import type { ApiAnswer, System } from './system.ts';

type At = Pick<System, 'emulator' | 'request'>;

/** What whoever manages an app registration does under “Certificates & secrets” in Entra. */
export function entraAdmin({ emulator }: At, clientId: string) {
  const send = async (method: string, path: string, body?: unknown) => {
    const response = await emulator.fetch(`${CONTROL_ORIGIN}/control/apps/${clientId}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return response;
  };
  return {
    /** Uploads a `.cer` file, byte for byte as it was downloaded. */
    async upload(cer: Buffer) {
      await send('POST', '/certificates', { pem: new X509Certificate(cer).toString() });
    },
    async removeCertificate(sha256Hex: string) {
      await send('DELETE', `/certificates/${Buffer.from(sha256Hex, 'hex').toString('base64url')}`);
    },
    async addSecret(value?: string) {
      return (await (await send('POST', '/secrets', { value })).json()) as { id: string; value: string };
    },
    async removeSecret(value: string) {
      const secret = emulator.context.directory.apps.get(clientId)?.secrets.find((one) => one.value === value);
      assert.ok(secret, 'the secret is there');
      await send('DELETE', `/secrets/${secret.id}`);
    },
  };
}

/** Downloads the certificate of a credential, as a browser does. */
export async function downloadCer(system: At, apiKey: string, credential: { registrationId: string; id: string }) {
  const path = `/v1/app-registrations/${credential.registrationId}/credentials/${credential.id}/certificate`;
  const response = await system.request(path, { headers: { authorization: `Bearer ${apiKey}` } });
  return { status: response.status, headers: response.headers, cer: Buffer.from(await response.arrayBuffer()) };
}

/** The faults of an answer that refused a request, by field. */
export function faultsOf({ body }: ApiAnswer): Record<string, string> {
  const errors = (body['errors'] ?? []) as { pointer: string; detail: string }[];
  return Object.fromEntries(errors.map(({ pointer, detail }) => [pointer, detail]));
}
