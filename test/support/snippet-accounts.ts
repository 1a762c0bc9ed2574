import { isSettings, type Snippet } from './snippets.ts';

/** How a snippet is held to what it says. */
export type How =
  /** Run by bash, in the page's order, against a Parley that listens. */
  | 'run'
  /** JSON whose names are those of an answer or a message that the page's commands led to. */
  | 'shape'
  /** Settings that Parley knows. */
  | 'settings'
  /** Names of headers that an answer or a message has. */
  | 'headers'
  /** Queries that the database answers. */
  | 'query'
  /** Scripts for administrators, run by the emulator. */
  | 'powershell'
  /** Programs: their types are checked, and they are run. */
  | 'program'
  /** Nothing to run: a drawing. */
  | 'drawing'
  /** Held to it by another test, or not at all; the reason says which. */
  | 'listed';

type Account = { page: string; firstLine: string; reason: string };

/** What is not run here, and why. A line that no page has any more fails the test. */
export const accounts: Account[] = [
  {
    page: 'README.md',
    firstLine: 'npm ci && npm start    # try it',
    reason:
      'installs what is installed already; the page of the quick start starts it, and the checks are what runs this',
  },
  {
    page: 'docs/guides/operations.md',
    firstLine: 'pg_dump -h "$PWD/data/socket" -U parley -Fc parley > parley.dump',
    reason: 'pg_dump is not part of the package, and has to be as new as the server',
  },
  {
    page: 'docs/guides/own-integration.md',
    firstLine: 'POST https://graph.microsoft.com/v1.0/users/{user-id}/onlineMeetings',
    reason: 'what readers sent to Microsoft before; emulator/graph tests have this request',
  },
];

/** Which file takes the snippets of a language from a page by itself and runs them. */
export const elsewhere: Record<string, Record<string, string>> = {
  'docs/quick-start.md': { sh: 'test/docs-quick-start.test.ts', json: 'test/docs-quick-start.test.ts' },
  'docs/guides/importing.md': { sh: 'test/import-command.test.ts' },
  'docs/guides/tenant-setup.md': { powershell: 'test/setup-scripts.test.ts' },
  'docs/guides/agents.md': { json: 'test/mcp-command.test.ts' },
  'docs/guides/emulator.md': { json: 'test/support/snippet-emulator.ts' },
  'docs/guides/embedding.md': { html: 'test/ui/embed.test.ts' },
};

const byLanguage: Partial<Record<string, How>> = {
  sh: 'run',
  json: 'shape',
  http: 'headers',
  sql: 'query',
  powershell: 'powershell',
  ts: 'program',
  js: 'program',
  mermaid: 'drawing',
  text: 'drawing',
};

/** Who accounts for a snippet, and how; `undefined` when nobody does. */
export function accountOf(snippet: Snippet): { how: How; reason?: string } | undefined {
  const { page, language, code, firstLine } = snippet;
  const listed = accounts.find((one) => one.page === page && one.firstLine === firstLine);
  if (listed) return { how: 'listed', reason: listed.reason };
  const reason = elsewhere[page]?.[language];
  if (reason) return { how: 'listed', reason };
  if (language === 'sh' && isSettings(snippet)) return { how: 'settings' };
  if (language === 'json' && /^\{\s*"Server"/.test(code)) return { how: 'settings' };
  const how = byLanguage[language];
  return how && { how };
}
