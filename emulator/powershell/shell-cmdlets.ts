import { findTenant } from '../directory.ts';
import type { Call, Cmdlet } from './cmdlet.ts';
import { formatAs } from './format.ts';
import { applyOperator } from './operators.ts';
import type { PsObject, Value } from './values.ts';
import { Block, areEqual, isObject, isTrue, itemsOf, memberOf, together, toText } from './values.ts';

const comparisons = ['eq', 'ne', 'like', 'notlike', 'match', 'in', 'contains'];
const nothing: Cmdlet = { anything: true, run: () => {} };

/** What the shell itself brings along, as far as instructions for administrators use it. */
export const shellCmdlets: Record<string, Cmdlet> = {
  'Import-Module': nothing,
  'Install-Module': nothing,
  'Update-Module': nothing,
  'Set-StrictMode': nothing,
  'Set-ExecutionPolicy': nothing,
  'Start-Sleep': nothing,
  'Clear-Host': nothing,
  'Disconnect-MicrosoftTeams': nothing,
  'Disconnect-ExchangeOnline': nothing,
  'Disconnect-MgGraph': nothing,
  'Connect-MicrosoftTeams': connect('TenantId'),
  'Connect-ExchangeOnline': connect('Organization'),
  'Connect-MgGraph': connect('TenantId'),
  'Select-Object': {
    values: ['Property', 'ExpandProperty', 'First', 'Last'],
    switches: ['Unique'],
    run: select,
  },
  'Where-Object': {
    values: ['FilterScript', ...comparisons],
    run: where,
  },
  'ForEach-Object': {
    values: ['Process'],
    run: (call) => {
      const block = call.value('Process');
      if (!(block instanceof Block)) return call.input.map((item) => memberOf(item, toText(block)));
      return call.input.flatMap((item) => call.session.runBlock(block, item));
    },
  },
  'Sort-Object': {
    values: ['Property'],
    switches: ['Descending', 'Unique'],
    run: (call) => {
      const key = (item: Value) => toText(call.has('Property') ? memberOf(item, call.required('Property')) : item);
      const sorted = call.input.toSorted((a, b) => key(a).localeCompare(key(b)));
      return call.isOn('Descending') ? sorted.toReversed() : sorted;
    },
  },
  'Measure-Object': { values: ['Property'], run: ({ input }) => ({ Count: input.length }) },
  'Format-Table': {
    values: ['Property'],
    switches: ['AutoSize', 'Wrap'],
    run: (call) => formatAs(shaped(call), 'table'),
  },
  'Format-List': { values: ['Property'], run: (call) => formatAs(shaped(call), 'list') },
  'Out-Null': { run: () => {} },
  'Out-String': { run: ({ input }) => input.map(toText).join('\n') },
  'Write-Output': { values: ['InputObject'], run: (call) => call.value('InputObject') },
  'Write-Host': say(''),
  'Write-Warning': say('WARNING: '),
  'Write-Verbose': { values: ['Message'], run: () => {} },
  'Write-Error': {
    values: ['Message'],
    run: (call) => {
      throw call.fail(call.text('Message') ?? '');
    },
  },
  'ConvertTo-Json': {
    values: ['InputObject', 'Depth'],
    switches: ['Compress'],
    run: (call) => {
      const values = call.has('InputObject') ? [call.value('InputObject')] : call.input;
      return JSON.stringify(values.length === 1 ? values[0] : values, undefined, call.isOn('Compress') ? 0 : 2);
    },
  },
  'ConvertTo-Csv': { values: ['Delimiter'], switches: ['NoTypeInformation'], run: (call) => csv(call.input) },
  'Export-Csv': {
    values: ['Path', 'Encoding', 'Delimiter'],
    switches: ['NoTypeInformation'],
    run: (call) => {
      call.session.output.push({ kind: 'line', text: `What ${call.required('Path')} would hold:` });
      return csv(call.input);
    },
  },
};

/** Second names of commands. */
export const aliases: Record<string, string> = {
  select: 'Select-Object',
  where: 'Where-Object',
  '?': 'Where-Object',
  foreach: 'ForEach-Object',
  '%': 'ForEach-Object',
  sort: 'Sort-Object',
  measure: 'Measure-Object',
  ft: 'Format-Table',
  fl: 'Format-List',
  echo: 'Write-Output',
  write: 'Write-Output',
};

/** Connecting needs no password here; naming another tenant leads there. */
function connect(parameter: string): Cmdlet {
  return {
    anything: true,
    run: (call) => {
      const named = call.text(parameter);
      if (named === undefined) return;
      const tenant = findTenant(call.context.directory, named);
      if (tenant === undefined) throw call.fail(`AADSTS90002: Tenant '${named}' not found.`);
      call.session.tenantId = tenant.id;
    },
  };
}

function say(prefix: string): Cmdlet {
  return {
    values: ['Object', 'Message', 'ForegroundColor', 'BackgroundColor', 'Separator'],
    switches: ['NoNewline'],
    run: (call) => {
      const text = prefix + toText(call.has('Message') ? call.value('Message') : call.value('Object'));
      call.session.output.push({ kind: 'line', text });
    },
  };
}

/** With a block, or short: `Where-Object Name -eq 'x'`. */
function where(call: Call): Value[] {
  const condition = call.value('FilterScript');
  if (condition instanceof Block) {
    return call.input.filter((item) => isTrue(call.session.runBlock(condition, item)));
  }
  const operator = comparisons.find((name) => call.has(name));
  return call.input.filter((item) => {
    const value = memberOf(item, toText(condition));
    return isTrue(operator === undefined ? value : applyOperator(operator, value, call.value(operator)));
  });
}

function select(call: Call): Value[] {
  const first = call.has('First') ? Number(call.required('First')) : call.input.length;
  const chosen = call.has('Last') ? call.input.slice(-Number(call.required('Last'))) : call.input.slice(0, first);
  const expanded = call.text('ExpandProperty');
  if (expanded !== undefined) return chosen.flatMap((item) => memberOf(item, expanded));
  const shown = shaped(call, chosen);
  if (!call.isOn('Unique')) return shown;
  return shown.filter((one, index) => shown.findIndex((other) => areEqual(other, one)) === index);
}

/** Objects with the properties that `-Property` names, in that order. */
function shaped(call: Call, items = call.input): Value[] {
  const properties = itemsOf(call.value('Property'));
  if (properties.length === 0) return items;
  return items.map((item) =>
    isObject(item) ? Object.fromEntries(properties.flatMap((property) => shown(call, item, property))) : item,
  );
}

/** A property by name, all of them, or one that a block works out: `@{Name = 'x'; Expression = { $_.y }}`. */
function shown(call: Call, item: PsObject, property: Value): [string, Value][] {
  if (isObject(property)) {
    const name = toText(memberOf(property, 'Name') ?? memberOf(property, 'Label'));
    const block = memberOf(property, 'Expression');
    return [
      [name, block instanceof Block ? together(call.session.runBlock(block, item)) : memberOf(item, toText(block))],
    ];
  }
  const name = toText(property);
  if (name === '*') return Object.entries(item);
  return [[spelled(item, name), memberOf(item, name)]];
}

function spelled(item: PsObject, name: string): string {
  return Object.keys(item).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name;
}

function csv(items: Value[]): Value[] {
  const objects = items.filter(isObject);
  const names = Object.keys(objects[0] ?? {});
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return [names, ...objects.map((object) => names.map((name) => toText(object[name] ?? null)))].map((row) =>
    row.map(quoted).join(','),
  );
}
