import type { Operation } from './generated/schemas.ts';
import type { Parley } from './parley.ts';

/** Tells an operation from what else a call with `respondAsync: true` may be answered with. */
export function isOperation(answer: object): answer is Operation {
  return 'id' in answer && typeof answer.id === 'string' && answer.id.startsWith('opn_');
}

/**
 * The operation when it is over: `succeeded`, `failed` or `cancelled`. It asks without an end, since a meeting may wait
 * for a person for days; `signal` ends that, and the call is rejected with its reason.
 */
export async function waitFor(
  { operations }: Pick<Parley, 'operations'>,
  { id }: Pick<Operation, 'id'>,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Operation> {
  for (;;) {
    const operation = await operations.get(id, { wait: 30, retries: 10, ...(signal && { signal }) });
    if (operation.status !== 'pending') return operation;
  }
}
