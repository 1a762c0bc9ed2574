import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/problem.ts';
import { bookingQuery, type Booking } from '../api/queries.ts';

/**
 * An answer to a request. `rival` is the booking as somebody else has just left it, where they were first: then there is
 * nothing to put right, only something to know.
 */
export function useDecision(booking: Booking, decide: () => Promise<Booking>, onDone: (decided: Booking) => void) {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: decide,
    onSuccess: (decided) => {
      queries.setQueryData(bookingQuery(booking.id).queryKey, decided);
      for (const key of ['bookings', 'meetings']) void queries.invalidateQueries({ queryKey: [key] });
      onDone(decided);
    },
    onError: () => {
      for (const key of ['bookings', 'slots']) void queries.invalidateQueries({ queryKey: [key] });
    },
  });
  const tooLate = change.error instanceof ApiError && tooLateCodes.includes(change.error.problem.code);
  const { data: rival } = useQuery({ ...bookingQuery(booking.id), enabled: tooLate, staleTime: 0 });
  return { change, rival: tooLate && rival && rival.status !== booking.status ? rival : undefined };
}

const tooLateCodes = ['request_decided', 'booking_closed'];
