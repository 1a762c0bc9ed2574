import { isRecord, wrongType } from './call.ts';
import { badRequest } from './graph-error.ts';

export type ExtendedProperty = { id: string; value: string };

/** Reads `singleValueExtendedProperties` of a create or update. */
export function readExtendedProperties(value: unknown): ExtendedProperty[] {
  if (!Array.isArray(value)) throw wrongType(value, 'Collection(microsoft.graph.singleValueLegacyExtendedProperty)');
  return value.map((item: unknown) => {
    if (!isRecord(item)) throw wrongType(item, 'microsoft.graph.singleValueLegacyExtendedProperty');
    const { id, value: content } = item;
    if (typeof id !== 'string') throw wrongType(id ?? null, 'Edm.String');
    if (typeof content !== 'string') throw wrongType(content ?? null, 'Edm.String');
    return { id: canonicalId(id), value: content };
  });
}

/** `{type} {guid} Name {name}`, `{type} {guid} Id {id}` or `{type} {proptag}`, with the GUID in lower case. */
export function canonicalId(id: string): string {
  const named = /^(\w+) (\{[0-9a-f-]{36}\}) (Name|Id) (.+)$/i.exec(id);
  if (named) return `${named[1]} ${named[2]?.toLowerCase()} ${named[3]} ${named[4]}`;
  if (/^\w+ 0x[0-9a-f]+$/i.test(id)) return id;
  // Invented wording: the documentation gives the grammar, not the refusal.
  throw badRequest(`The extended property id '${id}' is not valid.`, 'ErrorInvalidProperty');
}

/** New values over old ones, by id. */
export function mergeExtendedProperties(
  existing: ExtendedProperty[],
  changed: ExtendedProperty[] | undefined,
): ExtendedProperty[] {
  const merged = new Map(existing.map((property) => [property.id, property]));
  for (const property of changed ?? []) merged.set(property.id, property);
  return [...merged.values()];
}

/** The ids that `$expand=singleValueExtendedProperties($filter=id eq '…')` names; `undefined` when not expanded. */
export function expandedPropertyIds(expand: string | undefined): string[] | undefined {
  if (expand === undefined) return undefined;
  const inner = /^singleValueExtendedProperties\s*\((.*)\)\s*$/i.exec(expand.trim())?.[1];
  const filter = inner === undefined ? undefined : /^\$?filter\s*=\s*(.*)$/is.exec(inner.trim())?.[1];
  if (filter === undefined) return refuseExpand(expand);
  const ids = [...filter.matchAll(/id\s+eq\s+'((?:[^']|'')*)'/gi)].map((match) => unquote(match[1] ?? ''));
  return ids.length > 0 ? ids.map(canonicalId) : refuseExpand(expand);
}

function refuseExpand(expand: string): never {
  if (/^singleValueExtendedProperties/i.test(expand.trim())) {
    // Invented wording: the documentation says that a filter on the id is required.
    throw badRequest('Expanding singleValueExtendedProperties requires a $filter on id.', 'ErrorInvalidUrlQueryFilter');
  }
  throw badRequest(`Parsing OData Select and Expand failed: Could not find a property named '${expand}'.`);
}

function unquote(text: string): string {
  return text.replaceAll("''", "'");
}
