import { ApiError } from '../api/problem.ts';

type Fault = { pointer: string; detail: string };

/** What the server refused, by JSON pointer; nothing for problems that belong to no field. */
export function faultsOf(error: Error | null): Fault[] {
  return error instanceof ApiError ? (error.problem.errors ?? []) : [];
}

/** The words for one field: faults at its pointer or anywhere below it. */
export function faultAt(faults: Fault[], pointer: string): string | undefined {
  const found = faults.filter((fault) => fault.pointer === pointer || fault.pointer.startsWith(`${pointer}/`));
  return found.length > 0 ? found.map(({ detail }) => detail).join(' ') : undefined;
}

/** The id of a field's element, so that the summary can lead to it: `/schedule/mon/0/to` leads to Monday. */
export function fieldId(pointer: string): string {
  const [, name = '', day = ''] = pointer.split('/');
  return ['field', name, name === 'schedule' && day].filter(Boolean).join('-');
}
