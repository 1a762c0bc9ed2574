import { clouds, type Cloud } from './clouds.ts';
import { isGuid } from './guid.ts';

/** Who runs a script: the administrator, who signs in, or an app with a certificate of the Windows certificate store. */
export type Runner = {
  /** GUID or domain. */
  tenant: string;
  cloud?: Cloud;
  certificate?: { clientId: string; /** SHA-1, in hexadecimal digits. */ thumbprint: string };
};

const modules = ['MicrosoftTeams', 'Microsoft.Graph', 'ExchangeOnlineManagement'] as const;

/** The modules that the scripts need, as the runbooks of Microsoft install them. */
export function installModules(): string {
  return modules.map(installModule).join('\n');
}

/** One of them alone: each takes minutes to install. */
export function installModule(module: (typeof modules)[number]): string {
  return `Install-Module ${module} -Scope CurrentUser`;
}

/** Signs in to Teams PowerShell. */
export function connectTeams(runner: Runner): string {
  return command('Connect-MicrosoftTeams', {
    TenantId: text(runner.tenant),
    ApplicationId: runner.certificate && guid(runner.certificate.clientId),
    CertificateThumbprint: runner.certificate && thumbprint(runner.certificate.thumbprint),
    TeamsEnvironmentName: environment(runner, 'teams'),
  });
}

/** Signs in to Microsoft Graph PowerShell, as an administrator with these delegated scopes, or by certificate. */
export function connectGraph(runner: Runner, scopes: string[]): string {
  return command('Connect-MgGraph', {
    TenantId: text(runner.tenant),
    ClientId: runner.certificate && guid(runner.certificate.clientId),
    CertificateThumbprint: runner.certificate && thumbprint(runner.certificate.thumbprint),
    Scopes: runner.certificate ? undefined : scopes.map(text).join(', '),
    Environment: environment(runner, 'mgGraph'),
  });
}

/** Signs in to Exchange Online PowerShell. By certificate it wants the tenant's `.onmicrosoft.com` domain. */
export function connectExchange(runner: Runner): string {
  return command('Connect-ExchangeOnline', {
    Organization: runner.certificate && text(runner.tenant),
    AppId: runner.certificate && guid(runner.certificate.clientId),
    CertificateThumbprint: runner.certificate && thumbprint(runner.certificate.thumbprint),
    ExchangeEnvironmentName: environment(runner, 'exchange'),
    ShowBanner: '$false',
  });
}

/**
 * One statement, which PowerShell reads whole before it does anything: also when pasted line by line, a `throw` in it
 * stops all of it. Without empty lines, which end a statement in old consoles; the session keeps its own preference.
 */
export function block(...lines: string[]): string {
  const body = ['$before = $ErrorActionPreference', "$ErrorActionPreference = 'Stop'", ...lines]
    .flatMap((line) => line.split('\n'))
    .filter((line) => line.trim() !== '')
    .map((line) => `  ${line}`);
  return ['try {', ...body, '} finally {', '  $ErrorActionPreference = $before', '}'].join('\n');
}

/** A `throw` that says why and names what is in the way: `list` is an expression for its names. */
export function stop(why: string, list: string, then: string): string {
  return `throw (${text(`${why}: `)} + (@(${list}) -join ', ') + ${text(`. ${then}`)})`;
}

/** A single-quoted literal: nothing in it is evaluated. Control characters become spaces, marks of direction vanish. */
export function quote(value: string): string {
  // PowerShell takes typographic single quotes for the plain one; doubled, each stands for itself.
  return `'${printable(value).replaceAll(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}

/**
 * Any text as an expression of ASCII characters alone. Windows PowerShell reads a file without byte order mark in an old
 * code page, in which bytes of other letters are quotes; so those letters are written as their numbers.
 */
export function text(value: string): string {
  const clean = printable(value);
  if (/^[\x20-\x7e]*$/.test(clean)) return quote(clean);
  const escaped = clean
    .replaceAll('\\', '\\\\')
    .replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `([regex]::Unescape(${quote(escaped)}))`;
}

/** A GUID as a literal. Throws `TypeError` for anything else: ids come from Microsoft, never from a text field unchecked. */
export function guid(value: string): string {
  if (!isGuid(value)) throw new TypeError('a GUID is needed here');
  return quote(value.toLowerCase());
}

function thumbprint(value: string): string {
  if (!/^[\da-f]{40}$/i.test(value)) throw new TypeError('a SHA-1 thumbprint is needed here');
  return quote(value.toUpperCase());
}

function environment(runner: Runner, product: 'teams' | 'mgGraph' | 'exchange'): string | undefined {
  const names: Partial<Record<string, string>> = clouds[runner.cloud ?? 'global'];
  const name = names[product];
  return name === undefined ? undefined : text(name);
}

function command(name: string, parameters: Record<string, string | undefined>): string {
  const given = Object.entries(parameters).flatMap(([key, value]) =>
    value === undefined ? [] : [value.startsWith('$') ? `-${key}:${value}` : `-${key} ${value}`],
  );
  return [name, ...given].join(' ');
}

function printable(value: string): string {
  return value
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .toWellFormed();
}
