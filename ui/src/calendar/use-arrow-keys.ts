import { useRef, useState, type FocusEvent, type KeyboardEvent } from 'react';
import type { Placed } from './place.ts';

type Columns = { key: string; placed: Placed<{ id: string; end: string }>[] }[];
type Place = { column: number; row: number };

/**
 * One appointment of a calendar can be reached with Tab, the others from it with the arrow keys, Home and End. It is the
 * one that was focused last; at first the next one that has not ended.
 */
export function useArrowKeys(columns: Columns, now: number) {
  const ref = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string>();
  const names = columns.map(({ key, placed }) => placed.map(({ item }) => `${key} ${item.id}`));
  const active = names.flat().find((name) => name === focused) ?? firstOf(columns, now);
  const go = (place: Place) => {
    const name = names[place.column]?.[place.row];
    if (name === undefined) return;
    setFocused(name);
    ref.current?.querySelector<HTMLElement>(`[data-appointment="${name}"]`)?.focus();
  };
  return {
    ref,
    active,
    onFocus: ({ target }: FocusEvent<HTMLElement>) => {
      const name = target.dataset['appointment'];
      if (name !== undefined) setFocused(name);
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      const at = placeOf(names, (event.target as HTMLElement).dataset['appointment']);
      const next = at && nextPlace(columns, at, event.key);
      if (!next || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      go(next);
    },
  };
}

function placeOf(names: string[][], name: string | undefined): Place | undefined {
  const column = names.findIndex((one) => name !== undefined && one.includes(name));
  return column < 0 || name === undefined ? undefined : { column, row: names[column]?.indexOf(name) ?? 0 };
}

function firstOf(columns: Columns, now: number): string | undefined {
  const all = columns.flatMap(({ key, placed }) => placed.map(({ item }) => ({ name: `${key} ${item.id}`, item })));
  return (all.find(({ item }) => Date.parse(item.end) > now) ?? all[0])?.name;
}

/** Where a key leads; `undefined` for other keys, and where nothing is on that side. */
export function nextPlace(columns: Columns, { column, row }: Place, key: string): Place | undefined {
  const rows = columns[column]?.placed ?? [];
  switch (key) {
    case 'ArrowDown':
      return row + 1 < rows.length ? { column, row: row + 1 } : undefined;
    case 'ArrowUp':
      return row > 0 ? { column, row: row - 1 } : undefined;
    case 'Home':
      return { column, row: 0 };
    case 'End':
      return { column, row: rows.length - 1 };
    case 'ArrowRight':
      return beside(columns, column, 1, rows[row]?.top ?? 0);
    case 'ArrowLeft':
      return beside(columns, column, -1, rows[row]?.top ?? 0);
    default:
      return undefined;
  }
}

/** In the next column to that side that has any, the appointment whose time is nearest. */
function beside(columns: Columns, from: number, step: 1 | -1, top: number): Place | undefined {
  for (let column = from + step; columns[column]; column += step) {
    const placed = columns[column]?.placed ?? [];
    if (placed.length === 0) continue;
    const distances = placed.map((one) => Math.abs(one.top - top));
    return { column, row: distances.indexOf(Math.min(...distances)) };
  }
  return undefined;
}
