import { missingScopes, scopesFor } from '../../microsoft/permissions.ts';
import { Problem } from '../../problem.ts';
import type { Check, Context, Result } from '../check.ts';

/** Everything that can be said about the settings without asking anybody. */
export const configuration: Check = {
  name: 'configuration',
  label: 'Settings of this server',
  run(context) {
    if (context.app) context.facts.configuration = context.app;
    return judge(context);
  },
};

type Input = Pick<Context, 'settings' | 'publicUrl'>;

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

function judge({ settings, publicUrl }: Input): Result {
  const { clientId, clientSecret } = settings;
  if (!clientId || !clientSecret) {
    const missing = [!clientId && 'MicrosoftTeams__ClientId', !clientSecret && 'MicrosoftTeams__ClientSecret'];
    const notes = [`Not set: ${missing.filter(Boolean).join(', ')}.`];
    return {
      status: 'failed',
      title: 'No app registration is configured.',
      notes,
      problem: new Problem('meetings_not_configured'),
    };
  }
  const wrong = faultsOf({ settings, publicUrl });
  const doubtful = doubtsOf(settings);
  if (wrong.length > 0) {
    const title = wrong.length === 1 ? 'A setting is wrong.' : `${wrong.length} settings are wrong.`;
    return { status: 'failed', title, notes: [...wrong, ...doubtful], remedy };
  }
  if (doubtful.length > 0)
    return { status: 'warning', title: 'The settings work, with limits.', notes: doubtful, remedy };
  return { status: 'ok', title: 'The settings fit together.', notes: describe({ settings, publicUrl }) };
}

const remedy = 'Whoever runs this server corrects the settings that are named and restarts Parley.';

/** What cannot work, each as a sentence that names the setting. */
function faultsOf({ settings, publicUrl }: Input): string[] {
  const { clientId = '', clientSecret, redirectUri, scopes } = settings;
  const given = scopes.split(/\s+/);
  const lacking = [...missingScopes(scopesFor.meetings, given), ...offline(given)];
  return [
    !guid.test(clientId) &&
      'MicrosoftTeams__ClientId is not the Application (client) ID of the app registration, which is a GUID.',
    // A secret's value never looks like this; its id, which stands beside it in Entra, always does.
    guid.test(clientSecret?.reveal() ?? '') &&
      'MicrosoftTeams__ClientSecret looks like the Secret ID; what is needed is the secret’s Value.',
    ...redirectFaults(redirectUri, publicUrl),
    !isEverything(given) &&
      lacking.length > 0 &&
      `MicrosoftTeams__Scopes lacks ${lacking.join(', ')}, without which no meeting can be made.`,
    ...[settings.authority, settings.graphBaseUrl, redirectUri, publicUrl].map(
      (url) => isPlain(url) && `${new URL(url).origin} is not https; plain http is for this machine only.`,
    ),
  ].filter((fault) => typeof fault === 'string');
}

function redirectFaults(redirectUri: string, publicUrl: string): (string | false)[] {
  const [redirect, server] = [new URL(redirectUri), new URL(publicUrl)];
  return [
    redirect.origin !== server.origin &&
      `MicrosoftTeams__RedirectUri leads to ${redirect.origin}, but people use this server at ${server.origin} (Server__PublicUrl): they would come back without their session.`,
    !redirect.pathname.endsWith('/api/teams/callback') &&
      `MicrosoftTeams__RedirectUri ends in ${redirect.pathname}; Parley answers at /api/teams/callback.`,
  ];
}

/** What works, but not everything. */
function doubtsOf({ scopes, tenantId }: Context['settings']): string[] {
  const given = scopes.split(/\s+/);
  const lacking = missingScopes([...scopesFor.profile, ...scopesFor.meetingOptions], given);
  return [
    !isEverything(given) && lacking.length > 0 && `MicrosoftTeams__Scopes lacks ${lacking.join(', ')}.`,
    tenantId !== 'common' &&
      tenantId !== 'organizations' &&
      !guid.test(tenantId) &&
      'MicrosoftTeams__TenantId is neither “common” or “organizations” nor the GUID of a tenant.',
  ].filter((doubt) => typeof doubt === 'string');
}

function describe({ settings: { tenantId, scopes, redirectUri } }: Input): string[] {
  const whom = {
    common: 'People of any tenant can connect; personal accounts can sign in, but cannot hold Teams meetings.',
    organizations: 'People of any tenant can connect with work or school accounts.',
  };
  return [
    whom[tenantId as keyof typeof whom] ?? `Only people of tenant ${tenantId} can connect.`,
    `Redirect URI, as it must stand in Entra under Authentication, platform Web: ${redirectUri}.`,
    `Scopes: ${scopes}.`,
  ];
}

/** Without it there is no refresh token, and every connection ends after an hour. */
function offline(scopes: string[]): string[] {
  return scopes.some((scope) => scope.toLowerCase() === 'offline_access') ? [] : ['offline_access'];
}

/** `.default` stands for whatever the registration lists. */
function isEverything(scopes: string[]): boolean {
  return scopes.some((scope) => scope.endsWith('.default'));
}

function isPlain(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol !== 'https:' && !loopback.has(hostname);
}
