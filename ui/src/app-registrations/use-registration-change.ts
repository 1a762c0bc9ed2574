import { useChange } from '../parts/use-change.ts';

/** A change of a registration or of its credentials, of which the guides of tenants tell as well. */
export function useRegistrationChange<Result, Input = void>(
  change: (input: Input) => Promise<Result>,
  onDone?: (result: Result) => void,
) {
  return useChange(['app-registrations', 'tenants'], change, onDone);
}
