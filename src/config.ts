import { isIP } from 'node:net';
import { parseNotificationCertificate } from './notification-certificate.ts';
import { parseKeyRing } from './seal.ts';
import { bucket, prefix, region, storageKind, type StorageConfig } from './storage-settings.ts';

/** A value that must not be seen: only `reveal` gives it away, every way of printing it says `[redacted]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[redacted]';
  }
}

export type LogLevel = (typeof logLevels)[number];
export type MailTransport = (typeof mailTransports)[number];

export type { StorageConfig } from './storage-settings.ts';

export type Config = {
  server: {
    port: number;
    host: string;
    publicUrl: string;
    /** Networks (CIDR) of proxies whose `X-Forwarded-For` is believed. */
    trustedProxies: string[];
  };
  data: { directory: string };
  database: { url: Secret | undefined; poolSize: number };
  encryption: { keys: Secret | undefined };
  microsoftTeams: {
    clientId: string | undefined;
    clientSecret: Secret | undefined;
    redirectUri: string;
    tenantId: string;
    scopes: string;
    authority: string;
    graphBaseUrl: string;
  };
  /** How many requests each API key and each member may make in a minute; 0: as many as they like. */
  api: { requestsPerMinute: number };
  mail: {
    /** Who hands mail over first: the mail server, or the mailbox of the organizer whose booking it is about. */
    transport: MailTransport;
    /** `smtp://` or `smtps://`, with user and password where the server wants them. */
    smtpUrl: Secret | undefined;
    /** Never without TLS, also where nobody signs in. */
    requireTls: boolean;
    /** Always set where `smtpUrl` is: `address` or `Name <address>`. */
    from: string | undefined;
    replyTo: string | undefined;
  };
  /** Networks (CIDR) that webhooks may reach beside the public internet. */
  webhooks: { allowedNetworks: string[] };
  /** Certificate and private key in PEM: with them, Microsoft tells of artifacts encrypted. */
  notifications: { certificate: Secret | undefined };
  /** Where recordings are kept, in a workspace that wants them kept. */
  storage: StorageConfig;
  log: { level: LogLevel };
  worker: { enabled: boolean; concurrency: number };
  /** Where each setting came from; a setting that is not here has its default. */
  sources: ReadonlyMap<SettingName, string>;
};

export type SettingName = keyof typeof settings;

/** One settings file: its name for messages, and its JSON text. */
export type SettingsFile = { name: string; text: string };

type Input = {
  env: Record<string, string | undefined>;
  /** In order; a later file wins over an earlier one, the environment over both. */
  files: readonly SettingsFile[];
  /** Reads what a `…__File` setting names; throws when it cannot. */
  readFile: (path: string) => string;
};

type Given = { text: string; source: string };

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
const mailTransports = ['smtp', 'graph'] as const;
const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Every setting, by the name that operators write, with the reader of its text. A reader throws what is wrong. */
const settings = {
  'Server:Port': integer(0, 65_535),
  'Server:Host': text,
  'Server:TrustedProxies': networks,
  'Server:PublicUrl': httpUrl,
  'Data:Directory': text,
  'Database:Url': databaseUrl,
  'Database:PoolSize': integer(2, 200),
  'Encryption:Keys': keys,
  'MicrosoftTeams:ClientId': text,
  'MicrosoftTeams:ClientSecret': secret,
  'MicrosoftTeams:RedirectUri': callbackUrl,
  'MicrosoftTeams:TenantId': tenant,
  'MicrosoftTeams:Scopes': words,
  'MicrosoftTeams:Authority': httpUrl,
  'MicrosoftTeams:GraphBaseUrl': httpUrl,
  'Api:RequestsPerMinute': integer(0, 1_000_000),
  'Mail:Transport': mailTransport,
  'Mail:SmtpUrl': smtpUrl,
  'Mail:RequireTls': boolean,
  'Mail:From': mailbox,
  'Mail:ReplyTo': mailbox,
  'Webhooks:AllowedNetworks': networks,
  'Notifications:Certificate': notificationCertificate,
  'Storage:Kind': storageKind,
  'Storage:Directory': text,
  'Storage:Endpoint': origin,
  'Storage:Region': region,
  'Storage:Bucket': bucket,
  'Storage:Prefix': prefix,
  'Storage:PathStyle': boolean,
  'Storage:AccessKeyId': text,
  'Storage:SecretAccessKey': secret,
  'Log:Level': level,
  'Worker:Enabled': boolean,
  'Worker:Concurrency': integer(1, 200),
};

/** Settings that have another name now. Taken for nothing, they would turn something off without a word. */
const renamed: Record<string, SettingName> = {
  'email:smtpurl': 'Mail:SmtpUrl',
  'email:from': 'Mail:From',
  'email:replyto': 'Mail:ReplyTo',
};

/** The names of the settings files that apply, in the order in which they are read. */
export function settingsFileNames(env: Input['env']): string[] {
  const environment =
    env['PARLEY_ENVIRONMENT'] || env['ASPNETCORE_ENVIRONMENT'] || env['DOTNET_ENVIRONMENT'] || 'Production';
  return ['appsettings.json', `appsettings.${environment}.json`];
}

/**
 * Settings from the files and the environment over the defaults. Throws one `Error` that lists every fault, and never
 * a value.
 */
export function loadConfig({ env, files, readFile }: Input): Config {
  const faults: string[] = [];
  const given = gather({ env, files, readFile }, faults);

  function read<Name extends SettingName>(name: Name): ReturnType<(typeof settings)[Name]> | undefined {
    const found = given.get(name);
    if (found === undefined || found.text.trim() === '') return undefined;
    try {
      return settings[name](found.text.trim()) as ReturnType<(typeof settings)[Name]>;
    } catch (error) {
      faults.push(`${name} (${found.source}) ${(error as Error).message}`);
      return undefined;
    }
  }

  const isGiven = (name: SettingName) => Boolean(given.get(name)?.text.trim());
  if (isGiven('Mail:SmtpUrl') && !isGiven('Mail:From')) faults.push('Mail:From is required with Mail:SmtpUrl');
  const storageNeeds = ['Storage:Bucket', 'Storage:AccessKeyId', 'Storage:SecretAccessKey'] as const;
  if (given.get('Storage:Kind')?.text.trim().toLowerCase() === 's3')
    for (const name of storageNeeds) if (!isGiven(name)) faults.push(`${name} is required where Storage:Kind is s3`);
  const config = assemble(read, new Map([...given].map(([name, { source }]) => [name, source])));
  if (faults.length > 0)
    throw new Error(`The configuration is not valid:\n${faults.map((f) => `  - ${f}`).join('\n')}`);
  return config;
}

/** Every setting with its value as text, secrets redacted, and where it came from: what `parley config` prints. */
export function describeConfig(config: Config): { setting: SettingName; value: string; source: string }[] {
  const sections = config as unknown as Record<string, Record<string, unknown>>;
  return (Object.keys(settings) as SettingName[]).map((setting) => {
    const [section = '', key = ''] = setting.split(':').map((part) => part.charAt(0).toLowerCase() + part.slice(1));
    const value = sections[section]?.[key];
    return {
      setting,
      value: (value as Secret | string[] | string | number | boolean | undefined)?.toString() || '(not set)',
      source: config.sources.get(setting) ?? 'default',
    };
  });
}

type Read = <Name extends SettingName>(name: Name) => ReturnType<(typeof settings)[Name]> | undefined;

function assemble(read: Read, sources: Config['sources']): Config {
  const port = read('Server:Port') ?? 3000;
  const publicUrl = read('Server:PublicUrl') ?? `http://localhost:${port}`;
  return {
    server: {
      port,
      host: read('Server:Host') ?? '127.0.0.1',
      publicUrl,
      trustedProxies: read('Server:TrustedProxies') ?? [],
    },
    data: { directory: read('Data:Directory') ?? './data' },
    database: { url: read('Database:Url'), poolSize: read('Database:PoolSize') ?? 10 },
    encryption: { keys: read('Encryption:Keys') },
    microsoftTeams: {
      clientId: read('MicrosoftTeams:ClientId'),
      clientSecret: read('MicrosoftTeams:ClientSecret'),
      redirectUri: read('MicrosoftTeams:RedirectUri') ?? `${publicUrl}/api/teams/callback`,
      tenantId: read('MicrosoftTeams:TenantId') ?? 'common',
      scopes: read('MicrosoftTeams:Scopes') ?? 'OnlineMeetings.ReadWrite Calendars.ReadWrite offline_access User.Read',
      authority: read('MicrosoftTeams:Authority') ?? 'https://login.microsoftonline.com',
      graphBaseUrl: read('MicrosoftTeams:GraphBaseUrl') ?? 'https://graph.microsoft.com',
    },
    api: { requestsPerMinute: read('Api:RequestsPerMinute') ?? 600 },
    mail: {
      transport: read('Mail:Transport') ?? 'smtp',
      smtpUrl: read('Mail:SmtpUrl'),
      requireTls: read('Mail:RequireTls') ?? false,
      from: read('Mail:From'),
      replyTo: read('Mail:ReplyTo'),
    },
    webhooks: { allowedNetworks: read('Webhooks:AllowedNetworks') ?? [] },
    notifications: { certificate: read('Notifications:Certificate') },
    storage: {
      kind: read('Storage:Kind') ?? 'file',
      directory: read('Storage:Directory') ?? `${read('Data:Directory') ?? './data'}/artifacts`,
      endpoint: read('Storage:Endpoint'),
      region: read('Storage:Region') ?? 'us-east-1',
      bucket: read('Storage:Bucket'),
      prefix: read('Storage:Prefix') ?? '',
      pathStyle: read('Storage:PathStyle') ?? read('Storage:Endpoint') !== undefined,
      accessKeyId: read('Storage:AccessKeyId'),
      secretAccessKey: read('Storage:SecretAccessKey'),
    },
    log: { level: read('Log:Level') ?? 'info' },
    worker: { enabled: read('Worker:Enabled') ?? true, concurrency: read('Worker:Concurrency') ?? 16 },
    sources,
  };
}

/** What was given for each setting, the strongest source last; files that `…:File` names are read here. */
function gather({ env, files, readFile }: Input, faults: string[]): Map<SettingName, Given> {
  const given = new Map<SettingName, Given>();
  for (const file of files)
    merge(given, fileEntries(file, faults), { source: file.name, strict: true, readFile }, faults);
  const variables = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  merge(given, variables, { source: 'environment', strict: false, readFile }, faults);
  return given;
}

type Layer = { source: string; strict: boolean; readFile: Input['readFile'] };

/** Adds the entries of one source. Outside our sections, a file must hold nothing (`strict`); the environment may. */
function merge(into: Map<SettingName, Given>, entries: [string, string][], layer: Layer, faults: string[]): void {
  const seen = new Set<SettingName>();
  for (const [key, value] of entries) {
    const path = key.split(/__|:/);
    const newName = renamed[path.slice(0, 2).join(':').toLowerCase()];
    if (newName !== undefined) {
      faults.push(renaming(path, layer, newName));
      continue;
    }
    if (!layer.strict && (path.length < 2 || !isOurSection(path[0]))) continue;
    const fromFile = path.length === 3 && path[2]?.toLowerCase() === 'file';
    const name = findSetting(fromFile ? path.slice(0, 2) : path);
    if (name === undefined) {
      faults.push(`${path.join(':')} (${layer.source}) is not a setting of Parley`);
      continue;
    }
    if (seen.has(name)) faults.push(`${name} (${layer.source}) is given twice`);
    seen.add(name);
    if (!fromFile) into.set(name, { text: value, source: layer.source });
    else if (value !== '') readInto(into, name, value, layer, faults);
  }
}

function renaming(path: string[], { source }: Layer, now: SettingName): string {
  const rest = path.length > 2 ? `__${path.slice(2).join('__')}` : '';
  const [section, key] = now.split(':');
  return `${path.join(':')} (${source}) has another name now: write ${section}__${key}${rest}, or “${key}” below “${section}” in a file`;
}

function readInto(
  into: Map<SettingName, Given>,
  name: SettingName,
  path: string,
  layer: Layer,
  faults: string[],
): void {
  try {
    into.set(name, { text: layer.readFile(path), source: `${layer.source}, from a file` });
  } catch (error) {
    const { code = 'unreadable' } = error as { code?: string };
    faults.push(`${name}:File (${layer.source}) names a file that cannot be read (${code})`);
  }
}

function isOurSection(section: string | undefined): boolean {
  const prefix = `${section?.toLowerCase()}:`;
  return Object.keys(settings).some((name) => name.toLowerCase().startsWith(prefix));
}

function findSetting(path: string[]): SettingName | undefined {
  const wanted = path.join(':').toLowerCase();
  return (Object.keys(settings) as SettingName[]).find((name) => name.toLowerCase() === wanted);
}

function fileEntries(file: SettingsFile, faults: string[]): [string, string][] {
  try {
    const content: unknown = JSON.parse(file.text.replace(/^\uFEFF/, ''));
    if (typeof content !== 'object' || content === null || Array.isArray(content)) throw new TypeError('not an object');
    return flatten(content);
  } catch {
    // The parser's message quotes the text, which may hold a secret.
    faults.push(`${file.name} is not a JSON object`);
    return [];
  }
}

function flatten(value: unknown, path: string[] = []): [string, string][] {
  if (value === null) return [[path.join(':'), '']];
  if (typeof value !== 'object') return [[path.join(':'), `${value as string | number | boolean}`]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, [...path, key]));
}

function text(value: string): string {
  return value;
}

function secret(value: string): Secret {
  return new Secret(value);
}

function words(value: string): string {
  return value.split(/\s+/).join(' ');
}

function boolean(value: string): boolean {
  if (/^true$/i.test(value)) return true;
  if (/^false$/i.test(value)) return false;
  throw new Error('must be true or false');
}

function integer(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < min || number > max) throw new Error(`must be a number from ${min} to ${max}`);
    return number;
  };
}

function level(value: string): LogLevel {
  const found = logLevels.find((known) => known === value.toLowerCase());
  if (found === undefined) throw new Error(`must be one of ${logLevels.join(', ')}`);
  return found;
}

function mailTransport(value: string): MailTransport {
  const found = mailTransports.find((known) => known === value.toLowerCase());
  if (found === undefined) throw new Error('must be smtp or graph');
  return found;
}

function origin(value: string): string {
  const url = httpUrl(value);
  if (new URL(url).pathname !== '/')
    throw new Error('must end after the host and port: the bucket has a setting of its own');
  return url;
}

function tenant(value: string): string {
  const lower = value.toLowerCase();
  if (lower === 'common' || lower === 'organizations' || guid.test(value)) return lower;
  throw new Error('must be “common”, “organizations” or the GUID of a tenant');
}

function httpUrl(value: string): string {
  const url = URL.parse(value);
  if (url === null) throw new Error('must be a URL that begins with https://');
  if (url.username || url.password || url.search || url.hash) throw new Error('must be a URL without user, query or #');
  const plainAllowed = url.protocol === 'http:' && loopbackHosts.has(url.hostname);
  if (url.protocol !== 'https:' && !plainAllowed)
    throw new Error('must begin with https:// (http:// on localhost only)');
  return value.replace(/\/+$/, '');
}

/** Kept to the letter, for Entra compares it to the letter; its path is the route that answers it. */
function callbackUrl(value: string): string {
  httpUrl(value);
  if (!value.endsWith('/api/teams/callback')) throw new Error('must end in /api/teams/callback, exactly');
  return value;
}

function databaseUrl(value: string): Secret {
  const url = URL.parse(value);
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) throw new Error('must begin with postgres://');
  return new Secret(value);
}

function smtpUrl(value: string): Secret {
  const url = URL.parse(value);
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '')
    throw new Error(
      'must be smtp:// or smtps://, then user:password@ (each percent-encoded) if needed, host and :port',
    );
  if (!/^\/?$/.test(url.pathname) || url.search || url.hash) throw new Error('must end after the port');
  if ((url.username === '') !== (url.password === '')) throw new Error('must have both a user and a password, or none');
  if (!isPercentEncoded(url.username) || !isPercentEncoded(url.password))
    throw new Error('must have its user and password percent-encoded');
  return new Secret(value);
}

function isPercentEncoded(value: string): boolean {
  try {
    return !/\p{Cc}/u.test(decodeURIComponent(value));
  } catch {
    return false;
  }
}

/** `address`, `Name <address>` or `"Name, with commas" <address>`. */
function mailbox(value: string): string {
  const address = String.raw`[^\s<>"(),:;@[\]\\]+@[^\s<>"(),:;@[\]\\]+`;
  const name = String.raw`[^<>"(),:;@[\]\\]+|"[^"\\]+"`;
  const form = new RegExp(`^(${address}|(${name})\\s*<${address}>)$`);
  if (!form.test(value) || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(value))
    throw new Error('must be one address, or a name and <address>; a name with commas in it is quoted');
  return value;
}

/** Networks in CIDR notation, separated by commas or blanks. */
function networks(value: string): string[] {
  const all = value.split(/[\s,]+/).filter(Boolean);
  if (!all.every(isNetwork)) throw new Error('must list networks such as 10.20.0.0/16 or fd00::/8');
  return all;
}

function isNetwork(value: string): boolean {
  const [, address = '', bits] = /^([^/]+)\/(\d{1,3})$/.exec(value) ?? [];
  const family = isIP(address);
  return family !== 0 && !address.includes('%') && Number(bits) <= (family === 4 ? 32 : 128);
}

function keys(value: string): Secret {
  parseKeyRing(value);
  return new Secret(value);
}

function notificationCertificate(value: string): Secret {
  parseNotificationCertificate(value);
  return new Secret(value);
}
