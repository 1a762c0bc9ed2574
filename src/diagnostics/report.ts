import type { Finding, Status } from './check.ts';

/** The marks of a list that is read in a terminal or in a mail. */
export const marks: Record<Status, string> = { ok: '✓', warning: '!', failed: '✗', skipped: '–', not_known: '?' };

/** A finding in lines: what it says, what helps, and what was asked and answered. */
export function linesOf(finding: Finding, { details }: { details: boolean }): string[] {
  const { status, label, title, notes, remedy, script, problemCode, exchanges, durationMs } = finding;
  const lines = [`${marks[status]} ${label}: ${title}`];
  if (details || status !== 'ok') lines.push(...notes.map((note) => `    ${note}`));
  if (remedy) lines.push(`    What helps: ${remedy}`);
  if (script) lines.push(`    ${script.title}:`, ...script.text.split('\n').map((line) => `      ${line}`));
  if (!details) return lines;
  if (problemCode) lines.push(`    Code: ${problemCode}`);
  for (const { asked, answered, requestId, at, durationMs: ms } of exchanges) {
    const id = requestId === undefined ? '' : `, request id ${requestId}`;
    lines.push(`    ${at.toISOString()}  ${asked} → ${answered}${id} (${ms} ms)`);
  }
  if (status !== 'skipped') lines.push(`    Took ${durationMs} ms`);
  return lines;
}

type Heading = {
  startedAt: Date;
  clientId: string | undefined;
  tenantId: string;
  authority: string;
  graphBaseUrl: string;
};

/** Everything that was found out as a text to hand on: ids, codes, times and request ids, and nothing secret. */
export function reportOf({ startedAt, clientId, tenantId, authority, graphBaseUrl }: Heading, findings: Finding[]) {
  return [
    'Parley diagnosis',
    `Started ${startedAt.toISOString()}`,
    `App ${clientId ?? '(not set)'}, tenant setting ${tenantId}`,
    `Microsoft at ${authority} and ${graphBaseUrl}`,
    '',
    ...findings.flatMap((finding) => linesOf(finding, { details: true })),
    '',
  ]
    .join('\n')
    .replaceAll(address, '[e-mail address]');
}

/** Microsoft quotes people's addresses in some refusals. Ids do for a support case. */
const address = /[\w.+'-]+@[\w-]+(?:\.[\w-]+)+/g;

const patterns = [
  /\beyJ[\w-]{8,}\.[\w-]+\.?[\w-]*/g,
  /https:\/\/teams\.(?:microsoft|live)\.(?:com|us)\/(?:l\/meetup-join|meet)[^\s"'<>\\]*/gi,
  /(?<=\b(?:code|state|client_secret|client_assertion|refresh_token|access_token|id_token)=)[^&\s"']+/gi,
  /(?<=\bBearer )\S{8,}/gi,
  /[\w.+=~-]{80,}/g, // opaque tokens; ids and names of hosts are shorter
];

/** A finding in which nothing is left that looks like a secret, or is one of these. */
export function withoutSecrets(finding: Finding, secrets: string[]): Finding {
  const clean = (text: string) =>
    [...secrets, ...patterns].reduce<string>((result, secret) => result.replaceAll(secret, '[redacted]'), text);
  return {
    ...finding,
    title: clean(finding.title),
    notes: finding.notes.map(clean),
    remedy: finding.remedy && clean(finding.remedy),
    exchanges: finding.exchanges.map((exchange) => ({
      ...exchange,
      asked: clean(exchange.asked),
      answered: clean(exchange.answered),
    })),
  };
}
