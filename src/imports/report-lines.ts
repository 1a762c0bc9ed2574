import { productNames, type Product, type ThingKind } from './found.ts';
import { isHitch, type Entry } from './outcome.ts';
import type { ImportReport } from './service.ts';

const kinds: Record<ThingKind, string> = { event_type: 'Event types', schedule: 'Schedules', booking: 'Bookings' };
const whyCounted = {
  past: 'past',
  cancelled: 'cancelled',
  unconfirmed: 'not confirmed',
  left_out: 'left out',
} as const;
const shown = 40;

/** A report as lines for a terminal. Texts that come from files cannot move its cursor. */
export function linesOf({ state, refusal, entries, faults, strangers, told }: ImportReport): string[] {
  const lines: string[] = [];
  for (const [kind, title] of Object.entries(kinds) as [ThingKind, string][]) {
    const some = entries.filter((entry) => entry.kind === kind);
    if (some.length > 0) lines.push(`${title}: ${countsOf(some, state === 'applied')}`, ...some.flatMap(entryLines));
  }
  if (entries.length === 0) lines.push('There is nothing in these files that can be imported.');
  if (faults.length > 0) lines.push(`${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} in the files:`);
  for (const { file, pointer, message } of faults.slice(0, shown))
    lines.push(`  ✗ ${file}${pointer && `#${pointer}`}: ${message}`);
  if (faults.length > shown) lines.push(`  … and ${faults.length - shown} more; --json lists them all`);
  if (strangers.length > 0) {
    lines.push('Nobody in the workspace has these addresses; add them, or say who they are with --map old@x=new@y:');
    lines.push(...strangers.map((stranger) => `  ? ${stranger}`));
  }
  if (told.length > 0) {
    lines.push(
      `${told.length} ${told.length === 1 ? 'visitor hears' : 'visitors hear'} of it: ${told.slice(0, shown).join(', ')}${told.length > shown ? ', …' : ''}`,
    );
  } else lines.push('No visitor hears of it: nothing is sent.');
  lines.push(
    refusal ??
      (state === 'applied'
        ? 'Done. Running it again changes only what was changed there since.'
        : 'Nothing was written. Run it again with --apply to do it.'),
  );
  return lines.map(harmless);
}

function countsOf(entries: readonly Entry[], isDone: boolean): string {
  const count = (test: (entry: Entry) => boolean) => entries.filter(test).length;
  const skipped = Object.entries(whyCounted).map(
    ([because, word]) => [count((entry) => entry.because === because), word] as const,
  );
  const parts: (readonly [number, string])[] = [
    [count(({ action }) => action === 'create'), isDone ? 'created' : 'to create'],
    [count(({ action }) => action === 'change'), isDone ? 'changed' : 'to change'],
    [count(({ action }) => action === 'unchanged'), 'unchanged'],
    [count(isHitch), 'not possible'],
    ...skipped,
  ];
  return parts.flatMap(([number, word]) => (number > 0 ? [`${number} ${word}`] : [])).join(', ');
}

function entryLines(entry: Entry): string[] {
  const { action, label, start, reason, changed = [], keptHere = [], notes = [], id, file, pointer } = entry;
  const when = start === undefined ? '' : `, ${start.slice(0, 16).replace('T', ' ')} UTC`;
  const name = `${label}${when} (${productOf(id)} ${id.slice(id.indexOf(':') + 1)})`;
  const kept = keptHere.length > 0 ? [`    stays as it was edited here: ${keptHere.join(', ')}`] : [];
  const remarks = [...kept, ...notes.map((note) => `    ${note}`)];
  if (action === 'create') return [`  + ${name}`, ...remarks];
  if (action === 'change') return [`  ~ ${name}: ${changed.join(', ')}`, ...remarks];
  if (action === 'unchanged')
    return reason || kept.length > 0 ? [`  = ${name}${reason ? `: ${reason}` : ''}`, ...kept] : [];
  if (entry.because === 'left_out') return [`  - ${name}: ${reason}`];
  return isHitch(entry) ? [`  ✗ ${name}: ${reason}`, `    ${file}#${pointer}`] : [];
}

function productOf(id: string): string {
  const product = id.slice(0, id.indexOf(':'));
  return Object.hasOwn(productNames, product) ? productNames[product as Product] : product; // own keys are products
}

function harmless(line: string): string {
  return line.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 1000);
}
