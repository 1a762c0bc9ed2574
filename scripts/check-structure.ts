import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

/**
 * Checks the rules of “Who may import whom” in ARCHITECTURE.md, and the names of files. Each refusal says where the
 * code should go instead. A rule that proves wrong is changed here and there, with a decision record in docs/adr.
 */

/** The folders of `src` that own a part of the domain, with the files that other features may import. */
const features: Record<string, string[]> = {
  access: ['service', 'principal', 'known-keys', 'secret-token', 'workspace', 'workspace-keys'],
  registrations: ['service', 'registration', 'registration-json', 'apps', 'credentials', 'sign-in'],
  tenants: ['service', 'tenant', 'tenant-json', 'app-tokens', 'consent', 'events', 'take-up'],
  connections: [
    'service',
    'connection',
    'tokens',
    'on-behalf-of',
    'links',
    'link-pages',
    'connection-tokens',
    'approval',
    'domains',
    'refresh-token',
    'search',
  ],
  organizers: ['service', 'organizer', 'organizer-json', 'mailbox', 'allowed-mailbox', 'home', 'matching', 'probe'],
  setup: ['service'],
  meetings: [
    'service',
    'meeting',
    'meeting-json',
    'manage-link',
    'changes',
    'outlook-change',
    'operation',
    'answer-later',
    'meeting-input',
    'metadata',
    'external-conference',
  ],
  scheduling: [
    'service',
    'event-type',
    'event-type-json',
    'event-types',
    'schedules',
    'open-event-type',
    'offer',
    'reservations',
    'holds',
    'slots',
    'free-busy',
    'busy-people',
    'group-times',
    'date-text',
  ],
  people: ['service', 'person'],
  bookings: [
    'service',
    'booking',
    'new-booking',
    'change-booking',
    'teams-meeting',
    'moves',
    'requests',
    'approving',
    'booking-json',
    'booking-link',
    'approval-link',
    'calendar-file',
    'people-of-meeting',
  ],
  watches: ['service', 'watch', 'hearing', 'subscribing'],
  notices: ['service', 'notice'],
  portal: ['service'],
  imports: ['service'],
  'teams-app': ['service'],
  artifacts: ['service', 'artifact', 'sharing', 'links', 'search', 'viewing'],
  diagnostics: ['service', 'check', 'finding-json'],
  monitoring: ['service', 'audit'],
  webhooks: ['service', 'webhook', 'format'],
  email: ['service', 'email'],
  compat: [],
  mcp: [],
};

/** What everything may import, and what itself imports nothing but its like. */
const ground = [
  'src/problem.ts',
  'src/log.ts',
  'src/seal.ts',
  'src/memory.ts',
  'src/storage-settings.ts',
  'src/notification-certificate.ts',
  'src/id.ts',
  'src/config.ts',
  'src/patience.ts',
  'src/locale.ts',
];
const otherFolders = ['database', 'jobs', 'microsoft', 'http', 'cli'];

/** The only files that may talk to Microsoft. Everyone else asks them, or writes a desired state for a job. */
const speakToMicrosoft = [
  /^src\/[^/]+\/jobs\.ts$/,
  /^src\/connections\/(service|tokens|attempts|links|on-behalf-of|approval|domains|refresh-token)\.ts$/,
  /^src\/registrations\/(apps|credentials)\.ts$/,
  /^src\/tenants\/(consent|app-tokens)\.ts$/,
  /^src\/organizers\/(directory|probe|mailbox)\.ts$/,
  /^src\/people\/directory\.ts$/,
  /^src\/meetings\/sync\/[^/]+\.ts$/,
  /^src\/watches\/(subscribing|subscription|reading)\.ts$/,
  /^src\/artifacts\/capture\/[^/]+\.ts$/,
  /^src\/scheduling\/(free-busy|colleagues)\.ts$/,
  /^src\/teams-app\/sign-in\.ts$/,
  /^src\/diagnostics\/checks\/[^/]+\.ts$/,
  /^src\/http\/notifications\.ts$/,
];

/** What Microsoft calls things, and the scripts that administrators run: pure tables and texts, for everyone to read. */
const microsoftWords = [
  'clouds',
  'permissions',
  'match-fields',
  'meeting-options',
  'policies',
  'exchange-policies',
  'powershell',
].map((name) => `src/microsoft/${name}.ts`);

/** What the console may know of the server, as types. */
const seenByConsole = ['src/http/api.ts', 'src/http/router.ts', 'src/problem.ts'];

const forbiddenNames = /^(index|utils?|helpers?|types|constants|common|misc)$|manager$|repository$/;

type Import = { path: string; typeOnly: boolean };
type SourceFile = { path: string; code: string; imports: Import[] };

const root = join(import.meta.dirname, '..');

const faults = [...(await readSources())].flatMap((file, _index, all) => [
  ...checkName(file),
  ...checkPlace(file),
  ...(file.path.endsWith('.test.ts') ? [] : [...checkImports(file), ...checkWorld(file)]),
  ...(file === all[0] ? checkCycles(all) : []),
]);

for (const fault of faults) console.error(fault);
if (faults.length > 0) {
  console.error(`\n${faults.length} faults of structure. The rules are in ARCHITECTURE.md, “Who may import whom”.`);
  process.exitCode = 1;
}

async function readSources(): Promise<SourceFile[]> {
  const patterns = [
    'src/**/*.ts',
    'emulator/**/*.ts',
    'client/**/*.ts',
    'examples/**/*.ts',
    'ui/**/*.{ts,tsx}',
    'test/**/*.ts',
    'scripts/**/*.ts',
    'bench/**/*.ts',
  ];
  const files: SourceFile[] = [];
  for await (const path of glob(patterns, { cwd: root, exclude: ['**/node_modules/**', '**/dist/**'] })) {
    const text = readFileSync(join(root, path), 'utf8');
    files.push({ path, code: withoutComments(text), imports: importsOf(path, text) });
  }
  return files;
}

/** Relative imports, as paths from the root. */
function importsOf(path: string, text: string): Import[] {
  const statement =
    /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]\s*\)/gm;
  return [...text.matchAll(statement)].map(([, type, from, dynamic]) => ({
    path: relative(root, join(root, dirname(path), from ?? dynamic ?? '')),
    typeOnly: type !== undefined,
  }));
}

/** Comments and one-line strings blanked, so that words in them are not taken for code. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\/|(?<![:'"`\\])\/\/.*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, (found) =>
    found.replace(/[^\n]/g, ' '),
  );
}

function checkName({ path }: SourceFile): string[] {
  const name = basename(path).replace(/\.(test\.)?tsx?$/, '');
  if (forbiddenNames.test(name)) return [`${path}: name the file after the one thing that it is about, not “${name}”.`];
  if (!/^[a-z0-9]+([-_.][a-z0-9]+)*$/.test(name)) return [`${path}: file names are kebab-case.`];
  return [];
}

function checkPlace({ path }: SourceFile): string[] {
  const [top, folder = '', ...rest] = path.split('/');
  if (top !== 'src' || rest.length === 0) return [];
  if (!(folder in features) && !otherFolders.includes(folder)) {
    return [
      `${path}: src/${folder} is a new folder. It needs a table, an integration or a lifecycle; see ARCHITECTURE.md.`,
    ];
  }
  if (folder in features && rest.length > 2 && folder !== 'compat') {
    return [`${path}: a feature holds files and one level of folders; move it up, or make it a feature.`];
  }
  return [];
}

function checkImports(file: SourceFile): string[] {
  return file.imports.flatMap((imported) => {
    const reason = refusal(file.path, imported);
    return reason === undefined ? [] : [`${file.path}: may not import ${imported.path}. ${reason}`];
  });
}

/** Why a file may not import another, with the way out; `undefined` when it may. */
function refusal(from: string, { path: to, typeOnly }: Import): string | undefined {
  const fromRoot = from.split('/')[0] ?? '';
  const toRoot = to.split('/')[0] ?? '';
  if (fromRoot === 'test' || fromRoot === 'bench' || fromRoot === 'scripts') return undefined;
  if (fromRoot === 'ui' && toRoot === 'src') {
    if (seenByConsole.includes(to) && typeOnly) return undefined;
    return `The console takes types only, from ${seenByConsole.join(', ')}: ask the HTTP API.`;
  }
  if (fromRoot !== toRoot) {
    if (fromRoot === 'client') return 'The client stands alone: it knows docs/openapi.json, through npm run client.';
    if (fromRoot === 'examples') return 'An example is what somebody else writes: it imports @parley/client.';
    return fromRoot === 'emulator'
      ? 'The emulator knows nothing of Parley: repeat the few lines, it must not share our mistakes.'
      : `Production code stands alone: move what it needs into ${fromRoot}/.`;
  }
  return fromRoot === 'src' ? refusalInSource(from, to, typeOnly) : undefined;
}

function refusalInSource(from: string, to: string, typeOnly: boolean): string | undefined {
  const [, here = ''] = from.split('/');
  const [, there = ''] = to.split('/');
  const file = basename(from, '.ts');
  const target = basename(to, '.ts');
  if (ground.includes(from))
    return ground.includes(to) ? undefined : 'What everything stands on imports nothing above it.';
  if (here === 'microsoft' && there !== here && to !== 'src/problem.ts') {
    return 'microsoft/ knows problem.ts and npm packages only: hand it what it needs as an argument.';
  }
  if (there === 'microsoft' && here !== there && microsoftWords.includes(to)) return undefined;
  if (there === 'microsoft' && here !== there && !speakToMicrosoft.some((allowed) => allowed.test(from))) {
    return 'Only jobs, connections, free/busy, diagnosis and the parser of notifications talk to Microsoft: put the call there.';
  }
  if (target === 'jobs' && there in features && from !== 'src/jobs/tasks.ts' && !typeOnly) {
    return 'Jobs are started through the queue: send the task that jobs/tasks.ts names.';
  }
  if (
    (target === 'routes' || target === 'pages') &&
    there in features &&
    from !== 'src/http/api.ts' &&
    here !== there
  ) {
    return 'Routes and pages are mounted by http/api.ts: what others need of them belongs in the service or the noun.';
  }
  if (here in features) return refusalInFeature({ here, there, file, target, to });
  if ((here === 'database' || here === 'jobs') && there in features && from !== 'src/jobs/tasks.ts' && !typeOnly) {
    return 'The database and the queue know no feature: pass it in.';
  }
  return undefined;
}

type FeatureImport = { here: string; there: string; file: string; target: string; to: string };

function refusalInFeature({ here, there, file, target, to }: FeatureImport): string | undefined {
  const inner = file === 'service' || file === 'jobs';
  if (inner && (there === 'http' || (here === there && (target === 'routes' || target === 'pages')))) {
    return 'Services and jobs know nothing of HTTP: answer with values and Problems, and let routes speak HTTP.';
  }
  if (there === 'cli' || to === 'src/app.ts' || to === 'src/main.ts' || to === 'src/http/api.ts') {
    return 'This turns the arrow round: take what you need as an argument.';
  }
  if (there in features && here !== there && !features[there]?.includes(target)) {
    return `Other features import ${there}/${features[there]?.join(', ') ?? ''} only: add what is missing to its service.`;
  }
  return undefined;
}

/** The process, the clock and the network come in as arguments, so that a test can hand in others. */
function checkWorld({ path, code }: SourceFile): string[] {
  const outside = /^src\/(main\.ts|cli\/)/.test(path) || /^emulator\/(main|emulator)\.ts$/.test(path);
  if (outside || !/^(src|emulator)\//.test(path)) return [];
  const uses: [RegExp, string][] = [
    [
      /(?<![\w.'-])process\.\w|from\s+['"](node:)?process['"]/,
      'process belongs to main.ts and cli/: take env, arguments or signals as a parameter',
    ],
    [/\bDate\.now\b|\bnew Date\(\s*\)/, 'the time comes in as `now`'],
    [/(?<!typeof )\bglobalThis\.fetch\b/, 'the network comes in as `fetch`'],
  ];
  const faults = uses.filter(([pattern]) => pattern.test(code)).map(([, message]) => `${path}: ${message}.`);
  const takesFetch = /[{(,]\s*(readonly\s+)?fetch\??\s*[,:})=]|\b(const|function)\s+fetch\b/.test(code);
  if (/(?<![\w.])fetch\(/.test(code) && !takesFetch) faults.push(`${path}: the network comes in as \`fetch\`.`);
  return faults;
}

/** Features that import each other in a circle. */
function checkCycles(files: SourceFile[]): string[] {
  const edges = new Map<string, Set<string>>();
  for (const { path, imports } of files) {
    const here = featureOf(path);
    if (here === undefined || path.endsWith('.test.ts')) continue;
    const targets = imports.map((one) => featureOf(one.path)).filter((there) => there !== undefined && there !== here);
    edges.set(here, new Set([...(edges.get(here) ?? []), ...targets.filter((there) => there !== undefined)]));
  }
  const cycle = [...edges.keys()].map((start) => findCycle(edges, [start])).find((found) => found !== undefined);
  if (cycle === undefined) return [];
  return [
    `${cycle.join(' → ')}: features import each other in a circle. Move the shared rule into the one below, or pass it in.`,
  ];
}

function findCycle(edges: Map<string, Set<string>>, path: string[]): string[] | undefined {
  for (const next of edges.get(path.at(-1) ?? '') ?? []) {
    if (next === path[0]) return [...path, next];
    const found = path.includes(next) ? undefined : findCycle(edges, [...path, next]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function featureOf(path: string): string | undefined {
  const [top, folder = ''] = path.split('/');
  return top === 'src' && folder in features ? folder : undefined;
}
