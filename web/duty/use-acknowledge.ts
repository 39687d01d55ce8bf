// Acknowledges an incident from the wall: at once on the screen, and back again where the server refuses.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Incident } from '../../src/http/contract/incidents.ts';
import { sentence } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { acknowledge } from '../incidents/queries.ts';
import { incidentTitle } from '../incidents/words.ts';
import { showToast } from '../ui/toast.tsx';
import { dutyQuery } from './queries.ts';

export function useAcknowledge(): (incident: Incident) => void {
  const queryClient = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: ({ id }: Incident) => acknowledge(id),
    onMutate: async ({ id }) => {
      await queryClient.cancelQueries({ queryKey: dutyQuery.queryKey });
      queryClient.setQueryData(dutyQuery.queryKey, (incidents) =>
        incidents?.map((one) => (one.id === id ? { ...one, state: 'acknowledged' as const } : one)),
      );
    },
    onError: (error, incident) => showToast('bad', `${incidentTitle(incident)}: ${sentence(error)}`),
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: keys.incidents }),
        queryClient.invalidateQueries({ queryKey: keys.sites }),
      ]),
  });
  return mutate;
}
