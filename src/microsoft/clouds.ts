/** Where one of Microsoft's clouds answers, and how PowerShell calls it (Graph docs: national cloud deployments). */
type CloudAddresses = {
  authority: string;
  graphBaseUrl: string;
  /** Where an administrator finds the app registrations. */
  portal: string;
  /** `-TeamsEnvironmentName`, `-Environment` and `-ExchangeEnvironmentName`; the worldwide cloud is their default. */
  teams?: string;
  mgGraph?: string;
  exchange?: string;
};

/** Every cloud that a tenant can live in. GCC is worldwide; only GCC High and DoD have addresses of their own. */
export const clouds = {
  global: {
    authority: 'https://login.microsoftonline.com',
    graphBaseUrl: 'https://graph.microsoft.com',
    portal: 'https://entra.microsoft.com',
  },
  'gcc-high': {
    authority: 'https://login.microsoftonline.us',
    graphBaseUrl: 'https://graph.microsoft.us',
    portal: 'https://entra.microsoft.us',
    teams: 'TeamsGCCH',
    mgGraph: 'USGov',
    exchange: 'O365USGovGCCHigh',
  },
  dod: {
    authority: 'https://login.microsoftonline.us',
    graphBaseUrl: 'https://dod-graph.microsoft.us',
    portal: 'https://entra.microsoft.us',
    teams: 'TeamsDOD',
    mgGraph: 'USGovDoD',
    exchange: 'O365USGovDoD',
  },
  china: {
    authority: 'https://login.chinacloudapi.cn',
    graphBaseUrl: 'https://microsoftgraph.chinacloudapi.cn',
    portal: 'https://entra.microsoftonline.cn',
    teams: 'TeamsChina',
    mgGraph: 'China',
    exchange: 'O365China',
  },
} as const satisfies Record<string, CloudAddresses>;

export type Cloud = keyof typeof clouds;
