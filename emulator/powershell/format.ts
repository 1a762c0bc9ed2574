import type { Session } from './cmdlet.ts';
import type { PsObject, Value } from './values.ts';
import { Block, isObject, toText } from './values.ts';

const formats = new WeakMap<PsObject, 'table' | 'list'>();

/** Lets objects appear as a table or a list, whatever their size. */
export function formatAs(objects: Value[], form: 'table' | 'list'): Value[] {
  return objects.map((object) => {
    if (!isObject(object)) return object;
    const copy = { ...object };
    formats.set(copy, form);
    return copy;
  });
}

/** What the shell would have printed. Objects of one kind that follow each other share a table. */
export function printed(output: Session['output']): string {
  const lines: string[] = [];
  let group: PsObject[] = [];
  const flush = () => {
    if (group.length > 0) lines.push('', ...objectsText(group), '');
    group = [];
  };
  for (const item of output) {
    const value = item.kind === 'value' ? item.value : null;
    if (item.kind === 'value' && isObject(value)) {
      if (group[0] !== undefined && kindOf(group[0]) !== kindOf(value)) flush();
      group.push(value);
      continue;
    }
    flush();
    lines.push(item.kind === 'line' ? item.text : toText(value));
  }
  flush();
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** A value in a cell: lists in braces, as the shell shows them. */
function cell(value: Value): string {
  return Array.isArray(value)
    ? `{${value.map((one) => (one instanceof Block ? '…' : toText(one))).join(', ')}}`
    : toText(value);
}

function kindOf(object: PsObject): string {
  return `${formats.get(object) ?? ''}|${Object.keys(object).join('|')}`;
}

/** Up to four members make a table, more make a list. */
function objectsText(objects: PsObject[]): string[] {
  const [first = {}] = objects;
  const form = formats.get(first) ?? (Object.keys(first).length <= 4 ? 'table' : 'list');
  return form === 'table' ? tableText(objects) : objects.flatMap((object) => ['', ...listText(object)]).slice(1);
}

function listText(object: PsObject): string[] {
  const names = Object.keys(object);
  const width = Math.max(0, ...names.map((name) => name.length));
  return names.map((name) => `${name.padEnd(width)} : ${cell(object[name] ?? null)}`);
}

function tableText(objects: PsObject[]): string[] {
  const names = Object.keys(objects[0] ?? {});
  const rows = objects.map((object) => names.map((name) => cell(object[name] ?? null)));
  const widths = names.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) =>
    cells
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join(' ')
      .trimEnd();
  return [line(names), line(names.map((name) => '-'.repeat(name.length))), ...rows.map(line)];
}
