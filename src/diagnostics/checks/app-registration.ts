import { isGuid } from '../../microsoft/guid.ts';
import { Problem } from '../../problem.ts';
import type { App } from '../../registrations/apps.ts';
import { isSingleTenant } from '../../registrations/registration.ts';
import { tenantOf, type Check, type Context, type Result } from '../check.ts';
import { resultOf } from './asking.ts';

/** The app registration through which the tenant is reached, without asking anybody. */
export const appRegistration: Check = {
  name: 'app-registration',
  label: 'App registration',
  async run(context) {
    const tenant = tenantOf(context);
    try {
      const app = await context.apps.get(tenant.workspace_id, tenant.registration_id);
      context.facts['app-registration'] = app;
      return judge(context, app);
    } catch (error) {
      if (error instanceof Problem) return { ...resultOf(error), status: 'failed' };
      throw error;
    }
  },
};

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

function judge(context: Context, app: App): Result {
  const notes = describe(app);
  if (app.tenant.toLowerCase() !== tenantOf(context).tenant_id.toLowerCase()) return otherTenant(context, app, notes);
  const wrong = faultsOf(app, context.publicUrl);
  if (wrong.length === 0) return { status: 'ok', title: 'The app registration is complete.', notes };
  const title = wrong.length === 1 ? 'A value of the registration is wrong.' : 'Some of the registration is wrong.';
  return { status: 'failed', title, notes: [...wrong, ...notes], remedy: whoCorrects(app) };
}

/** The connection stays with the tenant that it was made for, whatever becomes of the registration. */
function otherTenant(context: Context, app: App, notes: string[]): Result {
  const { tenant_id: tenantId } = tenantOf(context);
  if (!isSingleTenant(app.tenant)) {
    const title = `The registration says “${app.tenant}”, and an app that acts by itself needs a particular tenant.`;
    return { ...resultOf(new Problem('tenant_id_needed')), title, notes };
  }
  const title = `The registration is one of tenant ${app.tenant}, this connection one of tenant ${tenantId}.`;
  return { status: 'failed', title, notes, remedy: whoCorrects(app) };
}

/** What cannot work, each as a sentence. */
function faultsOf({ clientId, redirectUri }: App, publicUrl: string): string[] {
  const [redirect, server] = [URL.parse(redirectUri), new URL(publicUrl)];
  return [
    !isGuid(clientId) && `${clientId} is not an Application (client) ID, which is a GUID.`,
    redirect === null && 'The redirect URI is not an address.',
    redirect &&
      redirect.origin !== server.origin &&
      `The redirect URI leads to ${redirect.origin}, but this server is at ${server.origin}: administrators who consent would not come back here.`,
    redirect &&
      redirect.protocol !== 'https:' &&
      !loopback.has(redirect.hostname) &&
      `${redirect.origin} is not https; plain http is for this machine only.`,
  ].filter((fault) => typeof fault === 'string');
}

function describe({ registrationId, name, clientId, tenant, cloud, redirectUri }: App): string[] {
  const whose = registrationId === null ? 'This server’s own registration' : `The workspace’s registration “${name}”`;
  return [
    `${whose}: client ID ${clientId}, tenant ${tenant}, ${clouds[cloud]}.`,
    `Redirect URI, as it must stand in Entra under Authentication, platform Web: ${redirectUri}.`,
  ];
}

const clouds = {
  global: 'worldwide cloud',
  'gcc-high': 'US Government (GCC High)',
  dod: 'US Government (DoD)',
  china: 'China, operated by 21Vianet',
} as const satisfies Record<App['cloud'], string>;

function whoCorrects({ registrationId }: App): string {
  return registrationId === null
    ? 'Whoever runs this server corrects the MicrosoftTeams settings and restarts Parley.'
    : 'An administrator of the workspace corrects the app registration under Microsoft 365.';
}
