import { isRecord, wrongType } from './call.ts';
import { badBody } from './graph-error.ts';

/** A JSON object with no other members than these; 400 otherwise, as Graph does. */
export function record(value: unknown, type: string, names: readonly string[]): Record<string, unknown> {
  if (!isRecord(value)) throw wrongType(value, `microsoft.graph.${type}`);
  for (const name of Object.keys(value)) {
    if (!name.includes('@') && !names.includes(name)) throw unknownProperty(name, type);
  }
  return value;
}

/** A JSON array; `null` is an empty one. */
export function list(value: unknown): unknown[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw wrongType(value, 'Collection');
  return value;
}

/** A string; `null` is the empty one. */
export function text(value: unknown): string {
  if (value === null) return '';
  if (typeof value !== 'string') throw wrongType(value, 'Edm.String');
  return value;
}

/** A boolean; what `null` means depends on the property. */
export function flag(value: unknown, whenNull = false): boolean {
  if (value === null) return whenNull;
  if (typeof value !== 'boolean') throw wrongType(value, 'Edm.Boolean');
  return value;
}

/** A whole number. */
export function integer(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(value, 'Edm.Int32');
  return value;
}

/** An enumeration member; Graph reads them without regard to case. */
export function member(value: unknown, members: readonly string[]): string {
  const found = members.find((candidate) => candidate.toLowerCase() === text(value).toLowerCase());
  if (found === undefined) throw badBody(`Requested value '${text(value)}' was not found.`);
  return found;
}

/** 400 for a property that the type does not have. */
export function unknownProperty(name: string, type = 'event'): Error {
  return badBody(
    `The property '${name}' does not exist on type 'microsoft.graph.${type}'. ` +
      'Make sure to only use property names that are defined by the type.',
  );
}
