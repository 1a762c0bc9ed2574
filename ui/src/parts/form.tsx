import { useEffect, useRef } from 'react';
import { ApiError, problemOf } from '../api/problem.ts';
import { ProblemView } from './problem-view.tsx';

type Fault = { pointer: string; detail: string };

/** What the server refused about one field: faults at its JSON pointer or anywhere below it. */
export function faultAt(error: Error | null, pointer: string): string | undefined {
  const found = faultsOf(error).filter((fault) => fault.pointer === pointer || fault.pointer.startsWith(`${pointer}/`));
  return found.length > 0 ? found.map(({ detail }) => detail).join(' ') : undefined;
}

/**
 * What the server refused, when it belongs to no field of the form around it. The focus goes there, or to the first field
 * that is refused.
 */
export function FormProblem({ error, className }: { error: Error | null; className?: string | undefined }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!error) return;
    const field = box.current?.closest('form')?.querySelector<HTMLElement>('[aria-invalid="true"]');
    (field ?? box.current)?.focus();
  }, [error]);
  const known = faultsOf(error).length > 0;
  return (
    <div ref={box} tabIndex={-1} role="alert" className={className} hidden={!error || known}>
      {error && !known && <ProblemView problem={problemOf(error)} />}
    </div>
  );
}

function faultsOf(error: Error | null): Fault[] {
  return error instanceof ApiError ? (error.problem.errors ?? []) : [];
}
