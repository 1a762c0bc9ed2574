import type { Context } from '../context.ts';
import type { Encryption } from '../notifications/encrypt.ts';
import { certificateOf } from '../notifications/encrypt.ts';
import { isLoopback } from '../notifications/post.ts';
import type { Call } from './call.ts';
import { isRecord } from './call.ts';
import { badRequest, GraphError } from './graph-error.ts';
import type { Resource } from './subscription-resources.ts';
import { artifactResources, eventResource, otherResources } from './subscription-resources.ts';

export type SubscriptionInput = {
  resource: string;
  /** Without `$filter` and a leading slash, `users('x')` as `users/x`. */
  path: string;
  filter: string | null;
  terms: Resource;
  changeType: string;
  notificationUrl: string;
  lifecycleNotificationUrl: string | null;
  clientState: string | null;
  latestSupportedTlsVersion: string;
  expiresAt: number;
  encryption: Encryption | null;
};

const MINUTE = 60_000;
const SHORTEST_MS = 45 * MINUTE;
const known = [
  'changeType',
  'notificationUrl',
  'lifecycleNotificationUrl',
  'resource',
  'expirationDateTime',
  'clientState',
  'includeResourceData',
  'encryptionCertificate',
  'encryptionCertificateId',
  'latestSupportedTlsVersion',
  'notificationUrlAppId',
  'notificationQueryOptions',
];

/** Reads the body of `POST /subscriptions`; 400 for what Graph does not take, 501 for data of what has none here. */
export function readSubscription(call: Call, now: number): SubscriptionInput {
  const body = payload(call);
  for (const name of ['changeType', 'notificationUrl', 'resource', 'expirationDateTime']) {
    if (text(body, name) === null) throw invalid(`${name} is a required property for subscription creation`);
  }
  const resource = text(body, 'resource') ?? '';
  const { path, filter, terms } = readResource(call.context, resource);
  const encryption = body['includeResourceData'] === true ? readEncryption(body, terms) : null;
  const expiresAt = readExpiration(body, terms, now);
  const lifecycleNotificationUrl = text(body, 'lifecycleNotificationUrl');
  if (terms.teams && lifecycleNotificationUrl === null && expiresAt - now > 60 * MINUTE) {
    throw invalid(
      'lifecycleNotificationUrl is required for subscription creation on this resource when the expirationDateTime value exceeds 1 hour',
    );
  }
  return {
    resource,
    path,
    filter,
    terms,
    changeType: readChangeType(text(body, 'changeType') ?? '', terms),
    notificationUrl: readUrl('notificationUrl', text(body, 'notificationUrl') ?? ''),
    lifecycleNotificationUrl:
      lifecycleNotificationUrl === null ? null : readUrl('lifecycleNotificationUrl', lifecycleNotificationUrl),
    clientState: readClientState(text(body, 'clientState')),
    latestSupportedTlsVersion: text(body, 'latestSupportedTlsVersion') ?? 'v1_2',
    expiresAt,
    encryption,
  };
}

/** Reads the body of a renewal: nothing but a new end can be given. */
export function readRenewal(call: Call, terms: Resource, now: number): number {
  const body = payload(call);
  // Invented wording: what cannot be changed is documented, the refusal is not.
  const other = Object.keys(body).find((name) => name !== 'expirationDateTime' && !name.includes('@'));
  if (other !== undefined) throw invalid(`${other} cannot be updated.`);
  if (text(body, 'expirationDateTime') === null) {
    throw invalid('expirationDateTime is a required property for subscription update');
  }
  return readExpiration(body, terms, now);
}

/** The terms of a resource, by the path that it names; 400 for one that Graph does not know. */
export function readResource(
  context: Context,
  resource: string,
): { path: string; filter: string | null; terms: Resource } {
  const [before = '', query = ''] = resource.split(/\?(.*)/s);
  const path = before.replace(/^\//, '').replaceAll(/\('([^']*)'\)/g, '/$1');
  const terms = [eventTerms(context), ...artifactResources, ...otherResources].find(({ pattern }) =>
    pattern.test(path),
  );
  if (terms === undefined) throw badRequest(`Resource not found for the segment '${path.split('/').at(-1)}'.`);
  const options = new URLSearchParams(query);
  const filter = [...options].find(([name]) => name.toLowerCase() === '$filter')?.[1] ?? null;
  return { path, filter, terms };
}

function eventTerms(context: Context): Resource {
  return { ...eventResource, maxMinutes: context.switches.eventSubscriptionMinutes };
}

/** Less than 45 minutes is raised without a word, too much is refused. */
function readExpiration(body: Record<string, unknown>, terms: Resource, now: number): number {
  const written = text(body, 'expirationDateTime') ?? '';
  const at = /T.*(Z|[+-]\d\d:\d\d)$/.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(at)) throw unreadable();
  if (at > now + terms.maxMinutes * MINUTE) {
    throw badRequest(
      `Subscription expiration can only be ${terms.maxMinutes} minutes in the future.`,
      'ExtensionError',
    );
  }
  return Math.max(at, now + SHORTEST_MS);
}

/** An RSA key of 2,048 to 4,096 bits in a certificate, which may sign itself. The sentences are invented. */
function readEncryption(body: Record<string, unknown>, terms: Resource): Encryption {
  if (terms.artifacts === undefined) {
    throw new GraphError(501, 'NotImplemented', 'This emulator does not send resource data with these notifications.');
  }
  const certificate = text(body, 'encryptionCertificate');
  const certificateId = text(body, 'encryptionCertificateId');
  if (certificate === null || certificateId === null || certificateId.length > 128) {
    throw invalid('encryptionCertificate and encryptionCertificateId are required when includeResourceData is true.');
  }
  const bits = keyLengthOf(certificate);
  if (bits === undefined || bits < 2048 || bits > 4096) {
    throw invalid('The encryptionCertificate must hold an RSA key of 2048 to 4096 bits.');
  }
  return { certificate, certificateId };
}

function keyLengthOf(certificate: string): number | undefined {
  try {
    const { publicKey } = certificateOf(certificate);
    return publicKey.asymmetricKeyType === 'rsa' ? publicKey.asymmetricKeyDetails?.modulusLength : undefined;
  } catch {
    return undefined; // no certificate at all
  }
}

function readChangeType(written: string, terms: Resource): string {
  const types = written.split(',').map((part) => part.trim());
  const wrong = types.find((type) => !terms.changeTypes.includes(type));
  // Invented wording.
  if (wrong !== undefined) throw invalid(`The changeType '${wrong}' is not supported for this resource.`);
  return types.join(',');
}

/** Plain http is for this machine only: the emulator cannot be more Microsoft than its neighbours. */
function readUrl(name: string, written: string): string {
  const url = URL.parse(written);
  const isFit = url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)));
  // Invented wording; that the address must be https is documented.
  if (!isFit || url.hash !== '') throw invalid(`The ${name} must be an absolute https address.`);
  return url.href;
}

function readClientState(written: string | null): string | null {
  // Invented wording; the length is documented.
  if (written !== null && written.length > 128) throw invalid('The clientState can have at most 128 characters.');
  return written;
}

function payload(call: Call): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(call.text);
  } catch {
    throw unreadable();
  }
  if (!isRecord(body)) throw unreadable();
  if (Object.keys(body).some((name) => !known.includes(name) && !name.includes('@'))) throw unreadable();
  return body;
}

function text(body: Record<string, unknown>, name: string): string | null {
  const value = body[name];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string') throw unreadable();
  return value;
}

function unreadable(): GraphError {
  return invalid(
    'Could not process subscription creation payload. Are all property names spelled and camelCased properly? Also are the datetimeoffset values specified in ISO 8601 format?',
  );
}

function invalid(message: string): GraphError {
  return badRequest(message, 'InvalidRequest');
}
