// What was judged false before this camera, and alarms no more: each can be taken back.

import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { z } from 'zod';
import { paths } from '../../src/http/contract/paths.ts';
import { Suppression } from '../../src/http/contract/suppressions.ts';
import { request, send, sentence } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { IconButton } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';

const kindWords = { person: 'A person', vehicle: 'A vehicle', animal: 'An animal' } as const;

function suppressionsQuery(cameraId: string) {
  return queryOptions({
    queryKey: keys.suppressions(cameraId),
    queryFn: ({ signal }) => request(z.array(Suppression), paths.suppressions(cameraId), { signal }),
  });
}

interface SuppressionsProps {
  readonly cameraId: string;
  readonly aspect: number;
  readonly mayChange: boolean;
}

/** Nothing while there are none. */
export function Suppressions({ cameraId, aspect, mayChange }: SuppressionsProps) {
  const queryClient = useQueryClient();
  const { data: suppressions = [] } = useQuery(suppressionsQuery(cameraId));
  const remove = useMutation({
    mutationFn: (id: string) => send(paths.suppression(id), { method: 'DELETE' }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.suppressions(cameraId) }),
  });
  if (suppressions.length === 0) return null;
  const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
  return (
    <section className="card panel" aria-labelledby="suppressions-title">
      <h2 id="suppressions-title">Alarms no more</h2>
      {remove.isError && <Notice tone="bad">{sentence(remove.error)}</Notice>}
      <ul className="zone-list">
        {suppressions.map(({ id, kind, box, by, createdAt, incidentId }) => (
          <li key={id} className="suppression">
            <svg viewBox={`0 0 ${aspect} 1`} className="suppression-place" aria-hidden="true">
              <rect x={box.x * aspect} y={box.y} width={box.width * aspect} height={box.height} />
            </svg>
            <span className="zone-row-words">
              <Link to="/incidents/$incidentId" params={{ incidentId }}>
                {kindWords[kind]} in its place
              </Link>
              <span className="quiet small">
                {by === null ? '' : `${by}, `}
                {day.format(createdAt)}
              </span>
            </span>
            {mayChange && (
              <IconButton
                icon="trash"
                size="small"
                label="Let it alarm again"
                disabled={remove.isPending}
                onClick={() => remove.mutate(id)}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
