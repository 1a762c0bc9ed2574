/** A contact as a pasted line names it. */
export type PastedContact = { name: string; email: string; organisation: string };
/** What was understood of a pasted list, and the lines that were not, counted from 1. */
export type Pasted = { contacts: PastedContact[]; unclear: number[] };

const columns = {
  name: ['name', 'full name', 'display name', 'displayname'],
  email: ['email', 'e-mail', 'mail', 'e-mail address', 'email address', 'address'],
  organisation: ['organisation', 'organization', 'company', 'account'],
} as const;

/**
 * Reads lines copied from a table or a CSV file: name, address and organisation, by the names in the first line or in
 * that order, parted by tabs, semicolons or commas. Whoever comes twice by address is taken once.
 */
export function readPasted(text: string): Pasted {
  const lines = text.split(/\r?\n/);
  const separator = separatorOf(text);
  const cells = lines.map((line) => cellsOf(line, separator));
  const head = headOf(cells.find((row) => row.some((cell) => cell !== '')) ?? []);
  const contacts = new Map<string, PastedContact>();
  const unclear: number[] = [];
  let headSeen = head === undefined;
  for (const [at, row] of cells.entries()) {
    if (row.every((cell) => cell === '')) continue;
    if (!headSeen) {
      headSeen = true;
      continue;
    }
    const contact = contactOf(row, head);
    if (!contact) unclear.push(at + 1);
    else if (!contacts.has(contact.email.toLowerCase())) contacts.set(contact.email.toLowerCase(), contact);
  }
  return { contacts: [...contacts.values()], unclear };
}

type Head = Partial<Record<keyof typeof columns, number>>;

function contactOf(row: string[], head: Head | undefined): PastedContact | undefined {
  const byAddress = row.findIndex((cell) => cell.includes('@'));
  const at = head ?? { name: byAddress === 0 ? 1 : 0, email: byAddress, organisation: 2 };
  const cell = (index: number | undefined) => (index === undefined ? '' : (row[index] ?? ''));
  const email = cell(at.email).replace(/^.*<([^<>]+)>$/, '$1');
  if (!/^\S+@\S+$/.test(email)) return undefined;
  const name = cell(at.name).includes('@') ? '' : cell(at.name);
  return { email, name: name || (email.split('@')[0] ?? email), organisation: cell(at.organisation) };
}

function headOf(row: string[]): Head | undefined {
  const names = row.map((cell) => cell.toLowerCase());
  const find = (words: readonly string[]) => names.findIndex((name) => words.includes(name));
  const email = find(columns.email);
  if (email < 0) return undefined;
  const [name, organisation] = [find(columns.name), find(columns.organisation)];
  return { email, ...(name >= 0 && { name }), ...(organisation >= 0 && { organisation }) };
}

function separatorOf(text: string): string {
  return ['\t', ';', ','].find((one) => text.includes(one)) ?? ',';
}

/** The cells of a line; one in quotation marks may hold the separator, and `""` for the mark itself. */
function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (quoted && character === '"' && line[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += character;
  }
  return [...cells, cell.trim()];
}
