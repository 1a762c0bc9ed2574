import { createHash } from 'node:crypto';

/**
 * Which schema the package names: the current one, or an older one for an admin center that does not know the current
 * one yet. What is in the manifest is in both.
 */
export const manifestVersions = ['1.29', '1.19'] as const;
export type ManifestVersion = (typeof manifestVersions)[number];

/** How many characters Teams takes, by its schema; most addresses can have 2,048. */
export const longest = { shortName: 30, fullName: 100, developer: 32, url: 2048 } as const;

/** What people choose about the app; everything else follows from the workspace and its app registration. */
export type TeamsAppSettings = {
  /** What people see beside the icon in Teams. */
  name: string;
  developerName: string;
  websiteUrl: string;
  privacyUrl: string;
  termsOfUseUrl: string;
  manifestVersion: ManifestVersion;
};

/** The clients of Teams and Outlook that show the tab, under the ids that an administrator authorizes in Entra. */
export const hostClients = [
  { id: '1fec8e78-bce4-4aaf-ab1b-5451cc387264', name: 'Teams desktop and mobile' },
  { id: '5e3ce6c0-2b1f-4285-8d4b-75ee78787346', name: 'Teams on the web' },
  { id: 'd3590ed6-52b3-4102-aeff-aad2292ab01c', name: 'Outlook desktop' },
  { id: 'bc59ab01-8403-45c6-8796-ac3ef710b3e3', name: 'Outlook on the web' },
] as const;

/** The scope under which Teams asks for the token of whoever uses the tab. */
export const ssoScope = 'access_as_user';

export const accentColor = '#4F52B2';

export type Identity = { workspaceName: string; publicUrl: string };

/** What the app is called until somebody chooses otherwise. */
export function defaultSettings({ workspaceName, publicUrl }: Identity): TeamsAppSettings {
  return {
    name: cut(workspaceName, longest.shortName) || 'Parley',
    developerName: cut(workspaceName, longest.developer) || 'Parley',
    websiteUrl: `${publicUrl}/teams/about`,
    privacyUrl: `${publicUrl}/teams/about#privacy`,
    termsOfUseUrl: `${publicUrl}/teams/about#terms`,
    manifestVersion: '1.29',
  };
}

/**
 * The application ID URI that the registration exposes its API under. Its host must be the one that serves the tab, in
 * lower case (Teams docs: “Configure your tab app in Microsoft Entra ID”).
 */
export function apiResource(publicUrl: string, clientId: string): string {
  return `api://${new URL(publicUrl).host}/${clientId}`;
}

/** Where Teams finds the tab; `appId` says for which workspace. */
export function tabUrl(publicUrl: string, appId: string): string {
  return `${publicUrl}/teams/tab?app=${appId}`;
}

type Manifested = {
  appId: string;
  version: string;
  clientId: string;
  publicUrl: string;
  workspaceName: string;
  settings: TeamsAppSettings;
};

/**
 * `manifest.json` of the package. The schema allows no field that it does not name, so only what is needed is here.
 * @see https://learn.microsoft.com/microsoft-365/extensibility/schema/
 */
export function manifestOf({ appId, version, clientId, publicUrl, workspaceName, settings }: Manifested) {
  const { name, developerName, websiteUrl, privacyUrl, termsOfUseUrl, manifestVersion } = settings;
  return {
    $schema: `https://developer.microsoft.com/en-us/json-schemas/teams/v${manifestVersion}/MicrosoftTeams.schema.json`,
    manifestVersion,
    version,
    id: appId,
    developer: { name: developerName, websiteUrl, privacyUrl, termsOfUseUrl },
    name: { short: name, full: cut(`${workspaceName}: appointments`, longest.fullName) },
    description: {
      short: 'Your appointments and requests, without leaving Teams.',
      full: 'See today’s appointments, approve or decline requests and join your meetings. Signed in with the account that you use in Teams.',
    },
    icons: { color: 'color.png', outline: 'outline.png' },
    accentColor,
    staticTabs: [
      {
        entityId: 'today',
        name: 'Today',
        contentUrl: tabUrl(publicUrl, appId),
        websiteUrl: `${publicUrl}/console/`,
        scopes: ['personal'],
      },
    ],
    // Only the first address of the sign-in window must be here, and that is ours.
    validDomains: [new URL(publicUrl).host],
    webApplicationInfo: { id: clientId, resource: apiResource(publicUrl, clientId) },
  };
}

export type Manifest = ReturnType<typeof manifestOf>;

/** The version as Teams wants it (semver); it rises whenever something in the package has changed. */
export function versionText(version: number): string {
  return `1.0.${version}`;
}

/** Tells whether two packages differ in anything but their version. */
export function fingerprint(manifest: Manifest): string {
  const { version: _, ...content } = manifest;
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url');
}

/** Why Teams itself would not open the tab, in a sentence; `undefined`: it would. */
export function obstacleOf(publicUrl: string): string | undefined {
  const { protocol, host } = new URL(publicUrl);
  if (protocol === 'https:' && host !== 'localhost') return undefined;
  return `Teams opens tabs over https only, and this server’s address is ${publicUrl}. Set Server:PublicUrl to its https address before you upload the package.`;
}

/** As much of a text as fits, without cutting through a character. */
function cut(text: string, most: number): string {
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text.trim())) {
    if (kept.length + segment.length > most) break;
    kept += segment;
  }
  return kept.trim();
}
