import { z } from 'zod';
import { Problem, type FieldError } from '../problem.ts';

/** What PowerShell's Get-CsOnlineUser says of one user. */
export type RosterLine = {
  userPrincipalName: string;
  objectId: string | undefined;
  /** Name of the policy that was granted to the user themselves, without `Tag:`; `null`: none. */
  policy: string | null;
};

export const mostRosterBytes = 5 * 1024 * 1024;
export const mostRosterRows = 20_000;
/** No list has more columns, and no cell is longer: what has is no list, and reading it on would hold up everybody. */
const mostCells = 100;
const mostCellLength = 10_000;
const mostFaults = 10;

/**
 * Reads the output of `Get-CsOnlineUser | Select-Object UserPrincipalName, Identity, ApplicationAccessPolicy`, as
 * `Export-Csv` or `ConvertTo-Json` writes it. Throws `payload_too_large`, or `invalid_request` that names the lines.
 */
export function readRoster(text: string): RosterLine[] {
  if (Buffer.byteLength(text) > mostRosterBytes)
    throw new Problem('payload_too_large', { detail: 'A list of users can have at most 5 MB.' });
  const content = text.replace(/^\uFEFF/, '').trim();
  if (content === '') throw refused(['The list is empty.']);
  const rows = /^[[{]/.test(content) ? readJson(content) : readCsv(content);
  if (rows.length > mostRosterRows) throw tooMany();
  const faults: string[] = [];
  const lines = rows.flatMap(({ where, fields }) => {
    const line = rosterLine(fields);
    if (typeof line !== 'string') return [line];
    faults.push(`${where}: ${line}`);
    return [];
  });
  if (faults.length > 0) throw refused(faults);
  // Of a user who is listed twice the last line counts.
  return [...new Map(lines.map((line) => [line.userPrincipalName.toLowerCase(), line])).values()];
}

type Fields = { name: string | undefined; id: string | undefined; policy: string | null | undefined };
type Row = { where: string; fields: Fields };

/** The line, or what is wrong with it. */
function rosterLine({ name = '', id, policy }: Fields): RosterLine | string {
  const userPrincipalName = name.trim();
  if (userPrincipalName === '') return 'it has no UserPrincipalName.';
  if (userPrincipalName.length > 320 || !isPlain(userPrincipalName)) return 'its UserPrincipalName is no name.';
  const bare = (policy ?? '').trim().replace(/^tag:/i, '').trim();
  if (bare.length > 200 || !isPlain(bare)) return 'its ApplicationAccessPolicy is no name.';
  const objectId = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id?.trim() ?? '')
    ? id?.trim().toLowerCase()
    : undefined;
  // The policy of everyone is nobody's own.
  return { userPrincipalName, objectId, policy: bare === '' || /^global$/i.test(bare) ? null : bare };
}

function isPlain(text: string): boolean {
  return /^[^\p{Cc}\p{Cs}]*$/u.test(text);
}

const policyInJson = z.union([z.string(), z.null(), z.record(z.string(), z.unknown())]).optional();

function readJson(text: string): Row[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refused(['The list begins like JSON and is not valid JSON.']);
  }
  // Windows PowerShell wraps lists: {"value": […], "Count": 2}.
  const wrapped = isObject(json) && Array.isArray(json['value']) ? json['value'] : json;
  const items: unknown[] = Array.isArray(wrapped) ? wrapped : [wrapped];
  if (items.length > mostRosterRows) throw tooMany();
  return items.map((item, index) => {
    const where = `User ${index + 1}`;
    if (!isObject(item)) throw refused([`${where}: it is not an object.`]);
    const named = new Map(Object.entries(item).map(([name, value]) => [name.toLowerCase(), value]));
    const policy = policyInJson.safeParse(named.get('applicationaccesspolicy'));
    if (!policy.success) throw refused([`${where}: its ApplicationAccessPolicy is neither a name nor null.`]);
    const name = textOf(named.get('userprincipalname'));
    return { where, fields: { name, id: textOf(named.get('identity')), policy: policyName(policy.data) } };
  });
}

/** A policy is shown as its name, or as an object with its name. */
function policyName(policy: z.infer<typeof policyInJson>): string | null | undefined {
  if (!isObject(policy)) return policy;
  const named = new Map(Object.entries(policy).map(([name, value]) => [name.toLowerCase(), value]));
  return textOf(named.get('name')) ?? textOf(named.get('identity'));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readCsv(text: string): Row[] {
  const [header, ...records] = splitCsv(text.replace(/^#TYPE[^\n]*/i, ''));
  const names = (header?.cells ?? []).map((cell) => cell.trim().toLowerCase());
  const [name, policy, id] = ['userprincipalname', 'applicationaccesspolicy', 'identity'].map((each) =>
    names.indexOf(each),
  );
  if (name === undefined || policy === undefined || name < 0 || policy < 0)
    throw refused(['The first line must name the columns UserPrincipalName and ApplicationAccessPolicy.']);
  return records
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    .map(({ line, cells }) => ({
      where: `Line ${line}`,
      fields: { name: cells[name], policy: cells[policy], id: id === undefined ? undefined : cells[id] },
    }));
}

type CsvRecord = { line: number; cells: string[] };

/** RFC 4180 with the separator that the first line uses; empty lines are left out. */
function splitCsv(text: string): CsvRecord[] {
  const endOfCell = new RegExp(`[\\r\\n${separatorOf(text)}]|$`, 'g');
  const records: CsvRecord[] = [];
  let record: CsvRecord = { line: 1, cells: [] };
  let line = 1;
  for (let at = 0; at <= text.length; at += 1) {
    const quoted = text[at] === '"' ? readQuoted(text, at, line) : { cell: '', end: at };
    endOfCell.lastIndex = quoted.end;
    const end = endOfCell.exec(text)?.index ?? text.length;
    record.cells.push(quoted.cell + text.slice(quoted.end, end));
    line += linesIn(quoted.cell);
    at = end;
    if (record.cells.length > mostCells) throw refused([`Line ${line}: it has more than ${mostCells} columns.`]);
    if (end < text.length && text[end] !== '\n' && text[end] !== '\r') continue;
    if (record.cells.some((cell) => cell !== '')) records.push(record);
    if (text[end] === '\n') line += 1;
    if (records.length > mostRosterRows + 1 || line > 10 * mostRosterRows) throw tooMany();
    record = { line, cells: [] };
  }
  return records;
}

function readQuoted(text: string, start: number, line: number): { cell: string; end: number } {
  for (let at = start + 1; ; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0) throw refused([`Line ${line}: a quotation mark is not closed.`]);
    if (at - start > mostCellLength) throw refused([`Line ${line}: a cell is longer than any name.`]);
    if (text[at + 1] !== '"') return { cell: text.slice(start + 1, at).replaceAll('""', '"'), end: at + 1 };
  }
}

function linesIn(cell: string): number {
  return cell === '' ? 0 : cell.split('\n').length - 1;
}

function separatorOf(text: string): string {
  const [first = ''] = text.trimStart().split(/\r?\n/, 1);
  const counts = [',', ';', '\t'].map((separator) => ({ separator, count: first.split(separator).length }));
  const [most] = counts.toSorted((one, other) => other.count - one.count);
  return most?.separator ?? ',';
}

function tooMany(): Problem {
  return refused([`The list has more than ${mostRosterRows.toLocaleString('en')} users; import it in parts.`]);
}

function refused(faults: string[]): Problem {
  const errors: FieldError[] = faults.slice(0, mostFaults).map((detail) => ({ pointer: '/text', detail }));
  if (faults.length > mostFaults) errors.push({ pointer: '/text', detail: `And ${faults.length - mostFaults} more.` });
  return new Problem('invalid_request', { errors });
}
