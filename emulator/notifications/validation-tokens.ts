import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Context } from '../context.ts';
import type { Notice, Subscription } from './notifications.ts';

/** The app by which Microsoft sends change notifications. */
export const CHANGE_TRACKING_APP_ID = '0bf30f3b-4a52-48df-9a82-234910c4a086';
const LIFETIME_S = 3599;

/** One token for each app and tenant whose notifications carry data: the proof that Microsoft sent them. */
export async function validationTokens(context: Context, batch: Notice[]): Promise<string[]> {
  const { subscriptions } = context.notifications;
  const receivers = new Map<string, Subscription>();
  for (const { subscriptionId, kind } of batch) {
    const subscription = subscriptions.get(subscriptionId);
    if (kind !== 'change' || !subscription?.encryption) continue;
    receivers.set(`${subscription.tenantId} ${subscription.clientId}`, subscription);
  }
  return Promise.all([...receivers.values()].map((one) => tokenFor(context, one)));
}

function tokenFor(context: Context, { tenantId, clientId }: Subscription): Promise<string> {
  const { kid, privateKey } = context.keys;
  const issuedAt = Math.floor(context.now() / 1000);
  const claims = {
    aud: clientId,
    iss: `https://sts.windows.net/${tenantId}/`,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + LIFETIME_S,
    appid: CHANGE_TRACKING_APP_ID,
    appidacr: '2',
    idp: `https://sts.windows.net/${tenantId}/`,
    tid: tenantId,
    uti: randomUUID().replaceAll('-', '').slice(0, 22),
    ver: '1.0',
  };
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid, x5t: kid }).sign(privateKey);
}
