import { z } from '@hono/zod-openapi';
import { problemBody } from '../http/problems.ts';
import { idText, instant, instantOut, longText, problemSchema, singleLine } from '../http/router.ts';
import { clouds, type Cloud } from '../microsoft/clouds.ts';
import { Problem } from '../problem.ts';
import type { App } from './apps.ts';
import {
  appOnlyUse,
  credentialState,
  daysLeft,
  deploymentRegistrationId,
  entraPage,
  isGuid,
  type KnownCredential,
  type Registration,
} from './registration.ts';

const name = (what: string) => singleLine(100, `Give the ${what} a name.`);
const guid = (message: string) =>
  z
    .string({ error: message })
    .trim()
    .toLowerCase()
    .refine(isGuid, message)
    .openapi({ format: 'uuid', example: 'd25c8f60-7b3e-4a19-96c4-e08b1d57f2a3' });
const cloud = z.enum(Object.keys(clouds) as [Cloud, ...Cloud[]], {
  error: `Choose one of ${Object.keys(clouds).join(', ')}.`,
});
const assertion = z.enum(['PS256', 'RS256'], { error: 'Choose PS256 or RS256.' }).openapi({
  description: 'How certificates sign assertions: PS256 with x5t#S256, or RS256 with x5t for old set-ups.',
});
const tenant = z
  .string({ error: 'Give the Directory (tenant) ID.' })
  .trim()
  .toLowerCase()
  .refine(
    (text) => isGuid(text) || text === 'common' || text === 'organizations',
    'Give the Directory (tenant) ID, a GUID from Entra’s overview page; or “organizations” or “common”.',
  )
  .openapi({ description: 'A tenant’s GUID. `common` and `organizations` serve delegated connections only.' });
const scopes = z
  .array(
    z
      .string()
      .max(200, 'At most 200 characters.')
      .regex(/^[\w.:/-]+$/, 'Give the name of one Graph permission, such as Calendars.ReadWrite.'),
  )
  .min(1, 'Give at least one scope.')
  .max(40, 'At most 40 scopes.')
  .openapi({ description: 'Delegated permissions: what people who sign in are asked for.' });
const redirectUris = z
  .array(z.string().max(500, 'At most 500 characters.'))
  .min(1, 'Give at least one redirect URI.')
  .max(10, 'At most 10 redirect URIs.')
  .openapi({ description: 'As registered in Entra, to the letter; the first one is used.' });

export const registrationInput = z
  .strictObject({
    name: name('registration'),
    clientId: guid('Give the Application (client) ID: a GUID from Entra’s overview page.'),
    tenant,
    cloud: cloud.default('global'),
    scopes: scopes.optional(),
    redirectUris: redirectUris.optional(),
    assertion: assertion.default('PS256'),
    usedForSignIn: z.boolean().default(false),
  })
  .openapi('AppRegistrationInput');

export const registrationChange = z
  .strictObject({
    name: name('registration'),
    cloud,
    scopes,
    redirectUris,
    assertion,
    usedForSignIn: z.boolean(),
  })
  .partial()
  .openapi('AppRegistrationChange');

export const certificateInput = z
  .strictObject({
    name: name('certificate'),
    years: z.union([z.literal(1), z.literal(2), z.literal(3)], { error: 'Choose 1, 2 or 3 years.' }).default(2),
  })
  .openapi('CertificateInput');

/** A PFX with a long chain has some kilobytes; what is larger is something else. */
const mostFileBytes = 64 * 1024;

export const certificateImport = z
  .strictObject({
    name: name('certificate'),
    file: z
      .string({ error: 'Give the file in base64.' })
      .max(Math.ceil(mostFileBytes / 3) * 4, `The file has more than ${mostFileBytes / 1024} KB.`)
      .refine((text) => text.length > 0 && isBase64(text), 'Give the file in base64.')
      .openapi({
        format: 'byte',
        description: 'PEM with private key and certificate, or PFX (PKCS#12); RSA of at least 2048 bits.',
      }),
    password: longText(200).optional().openapi({
      format: 'password',
      description: 'Opens the file, and is forgotten.',
    }),
  })
  .openapi('CertificateImport');

export const secretInput = z
  .strictObject({
    name: name('secret'),
    secret: z
      .string({ error: 'Give the secret’s Value.' })
      .trim()
      .min(1, 'Give the secret’s Value.')
      .max(500, 'At most 500 characters.')
      .refine(
        (text) => !isGuid(text),
        'This is the Secret ID. Copy the Value, which Entra shows once, when the secret is made.',
      )
      .refine(isVisibleAscii, 'A secret’s Value has neither spaces nor letters with accents. Copy it again.')
      .openapi({ format: 'password', description: 'Write-only: no answer ever holds it.' }),
    expiresAt: instant.optional().openapi({ description: 'As Entra shows it: then Parley warns before.' }),
  })
  .openapi('ClientSecretInput');

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function isVisibleAscii(text: string): boolean {
  return /^[\x21-\x7e]*$/.test(text);
}

export const credentialSchema = z
  .object({
    id: z.string().openapi({ example: 'cre_4caregaekf0jcqrakuxmhygr' }),
    kind: z.enum(['certificate', 'secret']),
    name: z.string(),
    state: z.enum(['proven', 'unproven', 'refused', 'not_yet_valid', 'expired']).openapi({
      description: 'proven: Entra took it · unproven: Entra was not asked with it yet · refused: see `problem`',
    }),
    sha1: z.string().nullable().openapi({ description: 'Thumbprint of a certificate, as Entra shows it.' }),
    sha256: z.string().nullable(),
    startsAt: instantOut.nullable(),
    expiresAt: instantOut.nullable(),
    daysLeft: z.number().int().nullable(),
    workedAt: instantOut.nullable(),
    refusedAt: instantOut.nullable(),
    problem: problemSchema.omit({ requestId: true }).nullable(),
    createdAt: instantOut,
  })
  .openapi('AppCredential');

export const registrationSchema = z
  .object({
    id: z.string().openapi({ description: '`deployment` is the server’s own, from its configuration.' }),
    name: z.string(),
    clientId: z.string(),
    tenant: z.string(),
    cloud: z.enum(Object.keys(clouds) as [Cloud, ...Cloud[]]),
    scopes: z.array(z.string()),
    redirectUris: z.array(z.string()),
    assertion: z.enum(['PS256', 'RS256']),
    usedForSignIn: z.boolean().openapi({ description: 'Whether people of the workspace connect through it.' }),
    readOnly: z.boolean(),
    appOnly: z
      .object({ possible: z.boolean(), reason: z.string().nullable() })
      .openapi({ description: 'Whether whole tenants can be connected with it, and why not.' }),
    portalUrl: z.string().openapi({ description: 'The page of this registration in the Entra admin center.' }),
    credentials: z.array(credentialSchema),
    createdAt: instantOut.nullable(),
    updatedAt: instantOut.nullable(),
  })
  .openapi('AppRegistration');

export const credentialParams = z.object({
  id: idText.openapi({ param: { name: 'id', in: 'path' }, description: 'The id of the registration' }),
  credentialId: idText.openapi({
    param: { name: 'credentialId', in: 'path' },
    description: 'The id of the certificate or secret',
  }),
});

export type RegistrationJson = z.infer<typeof registrationSchema>;
export type CredentialJson = z.infer<typeof credentialSchema>;

export function presentRegistration({ row, credentials }: Registration, now: Date): RegistrationJson {
  return {
    id: row.id,
    name: row.name,
    clientId: row.client_id,
    tenant: row.tenant,
    cloud: row.cloud,
    scopes: row.scopes.split(' '),
    redirectUris: row.redirect_uris,
    assertion: row.assertion,
    usedForSignIn: row.used_for_sign_in,
    readOnly: false,
    appOnly: appOnlyUse(row.tenant),
    portalUrl: entraPage(row.cloud, row.client_id),
    credentials: credentials.map((credential) => presentCredential(credential, now)),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** The server's own: its secret is in the configuration, so there is nothing to list or to change here. */
export function presentDeployment(app: App, usedForSignIn: boolean): RegistrationJson {
  return {
    id: deploymentRegistrationId,
    name: app.name,
    clientId: app.clientId,
    tenant: app.tenant,
    cloud: app.cloud,
    scopes: app.scopes,
    redirectUris: [app.redirectUri],
    assertion: 'PS256',
    usedForSignIn,
    readOnly: true,
    appOnly: appOnlyUse(app.tenant),
    portalUrl: entraPage(app.cloud, app.clientId),
    credentials: [],
    createdAt: null,
    updatedAt: null,
  };
}

export function presentCredential(row: KnownCredential, now: Date): CredentialJson {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    state: credentialState(row, now),
    sha1: row.sha1,
    sha256: row.sha256,
    startsAt: row.starts_at?.toISOString() ?? null,
    expiresAt: row.expires_at?.toISOString() ?? null,
    daysLeft: row.expires_at && daysLeft(row.expires_at, now),
    workedAt: row.worked_at?.toISOString() ?? null,
    refusedAt: row.refused_at?.toISOString() ?? null,
    problem: presentRefusal(row),
    createdAt: row.created_at.toISOString(),
  };
}

function presentRefusal(row: KnownCredential): CredentialJson['problem'] {
  if (!row.refusal_code) return null;
  const problem = new Problem(row.refusal_code, { provider: row.refusal_answer ?? undefined });
  const { requestId: _, ...body } = problemBody(problem, '');
  return body;
}
