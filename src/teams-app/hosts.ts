import { clouds, type Cloud } from '../microsoft/clouds.ts';

type Where = { cloud: Cloud; authority: string };

/**
 * The pages of Microsoft that may show the tab in a frame, by cloud: Teams docs, “Prerequisites to create your tab”; for
 * the national clouds, the origins that the Teams JavaScript library takes for Teams and Outlook there.
 */
const frameHosts: Record<Cloud, string[]> = {
  global: [
    'https://*.cloud.microsoft',
    'https://teams.microsoft.com',
    'https://*.teams.microsoft.com',
    'https://*.microsoft365.com',
    'https://*.office.com',
    'https://outlook.office.com',
    'https://outlook.office365.com',
  ],
  'gcc-high': ['https://gov.teams.microsoft.us', 'https://outlook.office365.us'],
  dod: ['https://dod.teams.microsoft.us', 'https://outlook-dod.office365.us'],
  china: ['https://teams.microsoftonline.cn'],
};

/**
 * Where Teams is when this server’s Microsoft is a stand-in: at the same origin as its sign-in. `undefined` for
 * Microsoft itself.
 */
function standInOrigin(authority: string): string | undefined {
  const { origin } = new URL(authority);
  const known = Object.values(clouds).map((cloud) => new URL(cloud.authority).origin);
  return known.includes(origin) ? undefined : origin;
}

/** The host whose messages the Teams library takes only where it is told to: a stand-in, and Teams in China. */
export function hostToTell({ cloud, authority }: Where): string | undefined {
  return standInOrigin(authority) ?? (cloud === 'china' ? frameHosts.china[0] : undefined);
}

/** Who may show the tab of an app registration in a frame. */
export function frameAncestors({ cloud, authority }: Where): string[] {
  const standIn = standInOrigin(authority);
  return [...frameHosts[cloud], ...(standIn === undefined ? [] : [standIn])];
}
