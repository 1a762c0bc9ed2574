import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { findTenant, findUser, rememberUser } from '../directory.ts';
import type { AppRegistration, User } from '../directory.ts';
import { TEAMS_CLIENTS } from '../entra/api-token.ts';
import { toUser } from '../seed-file.ts';
import type { userSchema } from '../seed-file.ts';
import { addServicePrincipal, appRegistration, certificate } from '../seed.ts';

/** What was asked for does not exist here. */
export class NotFound extends Error {
  override name = 'NotFound';
}

/** What was asked for contradicts what is here. */
export class Conflict extends Error {
  override name = 'Conflict';
}

const day = 24 * 60 * 60 * 1000;
const mailboxSchema = z.strictObject({
  timeZone: z.string().min(1),
  allowedOnlineMeetingProviders: z.array(z.string()),
  defaultOnlineMeetingProvider: z.string(),
});

export const userChangeSchema = z
  .strictObject({
    displayName: z.string().min(1),
    userPrincipalName: z.string().includes('@'),
    jobTitle: z.string().nullable(),
    mail: z.string().nullable(),
    employeeId: z.string().nullable(),
    onPremisesImmutableId: z.string().nullable(),
    proxyAddresses: z.array(z.string()),
    otherMails: z.array(z.string()),
    extensionAttributes: z.record(z.string(), z.string()),
    userType: z.enum(['Member', 'Guest']),
    isAdmin: z.boolean(),
    accountEnabled: z.boolean(),
    teamsLicence: z.boolean(),
    teamsPremium: z.boolean(),
    meetingPolicy: z.strictObject({ recording: z.boolean(), transcription: z.boolean() }),
    /** `true` gives an ordinary mailbox, `false` takes it away. */
    mailbox: z.union([z.boolean(), mailboxSchema, z.null()]),
    conditionalAccess: z.enum(['none', 'mfa', 'blocked']),
  })
  .partial();

/** Changes a person. A Teams licence brings the mailbox's meeting provider along, as it does at Microsoft. */
export function changeUser(context: Context, idOrName: string, change: z.infer<typeof userChangeSchema>): User {
  const user = getUser(context, idOrName);
  rememberUser(context.directory, user.id, context.now());
  const { mailbox, ...rest } = change;
  Object.assign(user, rest);
  if (mailbox === false || mailbox === null) user.mailbox = null;
  if (mailbox === true) user.mailbox ??= { timeZone: 'W. Europe Standard Time', ...providers(user) };
  if (typeof mailbox === 'object' && mailbox !== null) user.mailbox = mailbox;
  if (change.teamsLicence !== undefined && user.mailbox !== null) Object.assign(user.mailbox, providers(user));
  return user;
}

/** Adds a person to the tenant that their sign-in name belongs to. */
export function addUser(context: Context, input: z.infer<typeof userSchema>): User {
  const domain = input.userPrincipalName.slice(input.userPrincipalName.lastIndexOf('@') + 1);
  if (findUser(context.directory, input.userPrincipalName) !== undefined) {
    throw new Conflict(`${input.userPrincipalName} exists already`);
  }
  const added = toUser(input, getTenant(context, domain));
  rememberUser(context.directory, added.id, context.now());
  context.directory.users.set(added.id, added);
  return added;
}

/** Deletes a person; their mailbox stays unreachable. */
export function deleteUser(context: Context, idOrName: string): void {
  const { id } = getUser(context, idOrName);
  rememberUser(context.directory, id, context.now());
  context.directory.users.delete(id);
}

/** Refresh tokens and browser sessions from before now are refused from now on. */
export function revokeSessions(context: Context, idOrName: string): User {
  const user = getUser(context, idOrName);
  user.sessionsRevokedAt = context.now();
  return user;
}

export const tenantChangeSchema = z
  .strictObject({ displayName: z.string().min(1), userConsentAllowed: z.boolean() })
  .partial();

/** Changes a tenant, for example whether its users may consent to apps. */
export function changeTenant(context: Context, idOrDomain: string, change: z.infer<typeof tenantChangeSchema>) {
  return Object.assign(getTenant(context, idOrDomain), change);
}

export const revokeSchema = z.strictObject({
  clientId: z.string().optional(),
  tenantId: z.string().optional(),
  /** Only this person's own consent; without it also what administrators granted, and the app's roles. */
  userId: z.string().optional(),
});

/** Takes consent back. Returns how many grants are gone. */
export function revokeGrants(context: Context, { clientId, tenantId, userId }: z.infer<typeof revokeSchema>): number {
  const { directory } = context;
  const isMeant = (holder: { clientId: string; tenantId: string }) =>
    (clientId === undefined || holder.clientId === clientId) &&
    (tenantId === undefined || holder.tenantId === tenantId);
  const person = userId === undefined ? undefined : getUser(context, userId).id;
  const kept = directory.grants.filter((grant) => !isMeant(grant) || (person !== undefined && grant.userId !== person));
  const gone = directory.grants.length - kept.length;
  directory.grants = kept;
  if (person === undefined) {
    for (const principal of directory.servicePrincipals.values()) if (isMeant(principal)) principal.appRoles = [];
  }
  return gone;
}

export const appSchema = z.strictObject({
  displayName: z.string().min(1),
  tenantId: z.string().optional(),
  clientId: z.string().optional(),
  audience: z
    .enum(['AzureADMyOrg', 'AzureADMultipleOrgs', 'AzureADandPersonalMicrosoftAccount', 'PersonalMicrosoftAccount'])
    .optional(),
});

/** Registers an app, without credentials, in a tenant (the first one when none is named). */
export function registerApp(context: Context, input: z.infer<typeof appSchema>): AppRegistration {
  const { tenantId, clientId, audience, displayName } = input;
  const home = tenantId === undefined ? [...context.directory.tenants.values()][0] : getTenant(context, tenantId);
  const app = appRegistration({
    displayName,
    homeTenantId: home?.id ?? '',
    clientId: clientId ?? randomUUID(),
    redirectUris: [],
    ...(audience !== undefined && { audience }),
  });
  context.directory.apps.set(app.clientId, app);
  addServicePrincipal(context.directory, app.homeTenantId, app.clientId);
  return app;
}

export const appChangeSchema = z
  .strictObject({
    displayName: z.string().min(1),
    disabled: z.boolean(),
    audience: appSchema.shape.audience.unwrap(),
    delegatedPermissions: z.array(z.string()),
    applicationPermissions: z.array(z.string()),
  })
  .partial();

/** Changes an app registration. */
export function changeApp(context: Context, clientId: string, change: z.infer<typeof appChangeSchema>) {
  return Object.assign(getApp(context, clientId), change);
}

export const apiSchema = z.strictObject({
  identifierUri: z.string().regex(/^api:\/\/\S+$/, 'An Application ID URI begins with api://.'),
  scopes: z.array(z.string()).default(['access_as_user']),
  authorizedClients: z.array(z.guid().toLowerCase()).default(Object.values(TEAMS_CLIENTS)),
  tokenVersion: z.union([z.literal(1), z.literal(2)]).default(2),
});

/** “Expose an API”. No two apps have the same Application ID URI. */
export function exposeApi(context: Context, clientId: string, api: z.infer<typeof apiSchema>): AppRegistration {
  const apps = [...context.directory.apps.values()];
  const holder = apps.find((app) => app.clientId !== clientId && app.api?.identifierUri === api.identifierUri);
  if (holder) throw new Conflict(`${holder.displayName} has this Application ID URI already`);
  return Object.assign(getApp(context, clientId), { api });
}

/** Takes the exposed API away again. */
export function hideApi(context: Context, clientId: string): void {
  delete getApp(context, clientId).api;
}

export const secretSchema = z.strictObject({
  displayName: z.string().optional(),
  value: z.string().min(1).optional(),
  days: z.number().optional(),
});

/** Adds a client secret. Its value is told in the answer, and kept readable: this is an emulator. */
export function addSecret(context: Context, clientId: string, input: z.infer<typeof secretSchema>) {
  const secret = {
    id: randomUUID(),
    value: input.value ?? `emulator-secret-${randomBytes(18).toString('base64url')}`,
    displayName: input.displayName ?? 'Secret',
    expiresAt: context.now() + (input.days ?? 180) * day,
  };
  getApp(context, clientId).secrets.push(secret);
  return secret;
}

/** Deletes a client secret. */
export function deleteSecret(context: Context, clientId: string, secretId: string): void {
  const app = getApp(context, clientId);
  app.secrets = app.secrets.filter(({ id }) => id !== secretId);
}

/** Lets a client secret end now. */
export function expireSecret(context: Context, clientId: string, secretId: string): void {
  const secret = getApp(context, clientId).secrets.find(({ id }) => id === secretId);
  if (secret === undefined) throw new NotFound('No such secret');
  secret.expiresAt = context.now();
}

/** Uploads a certificate in PEM form. Throws when it is none. */
export function addCertificate(context: Context, clientId: string, pem: string) {
  const added = certificate(pem);
  getApp(context, clientId).certificates.push(added);
  return added;
}

/** Deletes a certificate by its SHA-256 thumbprint (base64url). */
export function deleteCertificate(context: Context, clientId: string, sha256: string): void {
  const app = getApp(context, clientId);
  app.certificates = app.certificates.filter((certificate) => certificate.sha256 !== sha256);
}

export const redirectUriSchema = z.strictObject({
  uri: z.url(),
  platform: z.enum(['web', 'spa']).default('web'),
});

/** Registers a redirect URI, or moves it to another platform. */
export function addRedirectUri(context: Context, clientId: string, input: z.infer<typeof redirectUriSchema>): void {
  const app = getApp(context, clientId);
  app.redirectUris = [...app.redirectUris.filter(({ uri }) => uri !== input.uri), input];
}

/** Unregisters a redirect URI. */
export function deleteRedirectUri(context: Context, clientId: string, uri: string): void {
  const app = getApp(context, clientId);
  app.redirectUris = app.redirectUris.filter((registered) => registered.uri !== uri);
}

export const switchesSchema = z
  .strictObject({
    joinUrlDelayMs: z.number().nullable(),
    duplicateTransactionStatus: z.union([z.literal(400), z.literal(409)]),
    cancelWithoutAttendees: z.enum(['refused', 'accepted']),
    bodyWithoutBlock: z.enum(['disables', 'new-join-url']),
    ifMatch: z.enum(['honoured', 'ignored']),
    joinUrlForm: z.enum(['meetup-join', 'meet']),
    idtypUser: z.boolean(),
    adminConsentCancel: z.enum(['permission_denied', 'access_denied']),
    latencyMs: z.number().min(0),
    teamsPolicyDelayMs: z.number().min(0),
    exchangePolicyDelayMs: z.number().min(0),
    policyRefusal: z.enum([
      'documented',
      'with-app-id',
      'with-period',
      'general',
      'unauthorized-401',
      'unauthorized-403',
    ]),
    groupPolicies: z.enum(['honoured', 'ignored']),
    exchangeRefusal: z.enum(['odata-disabled', 'raop', 'access-denied']),
    onlineMeetingLookupDelayMs: z.number().min(0).nullable(),
    unknownJoinUrl: z.enum(['empty', 'not-found', 'bad-request']),
    unlicensedMeetingOption: z.enum(['refused', 'ignored']),
    undocumentedMeetingOption: z.enum(['accepted', 'refused']),
    meetingOfDeletedEvent: z.enum(['stays', 'ends']),
    directoryLagMs: z.number().min(0),
    extensionAttributeFilter: z.enum(['basic', 'advanced']),
    onlineUserPolicy: z.enum(['name', 'tag']),
    eventSubscriptionMinutes: z.union([z.literal(10_070), z.literal(10_080), z.literal(4230)]),
    duplicateSubscription: z.enum(['refused', 'accepted']),
    lostDeltaToken: z.enum(['gone', 'resync-required']),
    artifactDelayMs: z.number().min(0),
    artifactPolicyRefusal: z.enum(['rsc', 'policy']),
    organizerMismatchStatus: z.union([z.literal(400), z.literal(403)]),
    artifactPageSize: z.number().int().min(1),
    emptyArtifactPages: z.number().int().min(0).nullable(),
    recordingContent: z.enum(['stream', 'redirect']),
    recordingRange: z.enum(['honoured', 'ignored']),
    recordingRetentionDays: z.number().min(0).nullable(),
    expandAttendanceRecords: z.enum(['honoured', 'ignored']),
    getAllDateFilter: z.enum(['honoured', 'ignored']),
    expiredMeeting: z.enum(['not-found', 'forbidden']),
    transcriptSettingsDelayMs: z.number().min(0),
    transcriptSettingsMeanwhile: z.enum(['old', 'alternating']),
    delegatedArtifactSubscriptions: z.enum(['accepted', 'refused']),
    artifactSubscriptionPolicy: z.enum(['not-needed', 'needed']),
    encryptedContentName: z.enum(['encryptedContent', 'EncryptedContent']),
  })
  .partial();

const times = z.number().int().positive().default(1);
const kindSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('status'),
    status: z.number().int().min(400).max(599),
    code: z.string().optional(),
    message: z.string().optional(),
    retryAfter: z.string().optional(),
  }),
  z.strictObject({ type: z.literal('drop-response') }),
  z.strictObject({ type: z.literal('drop-request') }),
  z.strictObject({ type: z.literal('truncate') }),
  z.strictObject({ type: z.literal('content-type'), value: z.string() }),
  z.strictObject({ type: z.literal('slow'), ms: z.number().min(0) }),
  z.strictObject({ type: z.enum(['break-body', 'stall-body']), afterBytes: z.number().int().min(0) }),
  z.strictObject({
    type: z.literal('aadsts'),
    code: z.number().int(),
    error: z.string().optional(),
    suberror: z.string().optional(),
  }),
]);

export const faultSchema = z.strictObject({
  service: z.enum(['entra', 'graph', 'storage']).optional(),
  method: z.string().optional(),
  path: z.string().optional(),
  times,
  kind: kindSchema,
});

export const clockSchema = z.union([
  z.strictObject({ advanceMs: z.number() }),
  z.strictObject({ set: z.union([z.number(), z.iso.datetime({ offset: true })]) }),
]);

/** Moves the clock. */
export function changeClock(context: Context, change: z.infer<typeof clockSchema>): void {
  if ('advanceMs' in change) context.clock.advance(change.advanceMs);
  else context.clock.set(typeof change.set === 'number' ? change.set : Date.parse(change.set));
}

function providers(user: User) {
  return user.teamsLicence
    ? { allowedOnlineMeetingProviders: ['teamsForBusiness'], defaultOnlineMeetingProvider: 'teamsForBusiness' }
    : { allowedOnlineMeetingProviders: [], defaultOnlineMeetingProvider: 'unknown' };
}

function getUser(context: Context, idOrName: string): User {
  const user = findUser(context.directory, idOrName);
  if (user === undefined) throw new NotFound(`No user ${idOrName}`);
  return user;
}

function getTenant(context: Context, idOrDomain: string) {
  const tenant = findTenant(context.directory, idOrDomain);
  if (tenant === undefined) throw new NotFound(`No tenant ${idOrDomain}`);
  return tenant;
}

function getApp(context: Context, clientId: string): AppRegistration {
  const app = context.directory.apps.get(clientId);
  if (app === undefined) throw new NotFound(`No app registration ${clientId}`);
  return app;
}
