// An act on an incident: sent, and everything that shows it read again.

import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '../app/query-keys.ts';

/** Sends with `act`, and has the incident, the lists and the sites read again, whether it succeeded or not. */
export function useAct<T, R>(
  incidentId: string,
  act: (input: T) => Promise<R>,
): UseMutationResult<R, Error, T> {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: keys.incident(incidentId) }),
        queryClient.invalidateQueries({ queryKey: keys.incidents }),
        queryClient.invalidateQueries({ queryKey: keys.sites }),
      ]),
  });
}
