// The cameras as the pages show them: what they say of themselves, and whether anybody is there to record them.

import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Camera } from '../../src/http/contract/cameras.ts';
import { standingQuery, unrecordedSentence } from '../app/standing.ts';
import { camerasQuery } from '../overview/queries.ts';
import { asRecorded } from './unrecorded.ts';

/** All cameras that whoever is signed in reaches. */
export function useCameras(): readonly Camera[] {
  const { data: cameras } = useSuspenseQuery(camerasQuery);
  const sentence = useUnrecorded();
  return useMemo(() => asRecorded(cameras, sentence), [cameras, sentence]);
}

/** The sentence that says that nothing is recorded; null while somebody records, or nobody knows. */
export function useUnrecorded(): string | null {
  const { data } = useQuery(standingQuery);
  return unrecordedSentence(data);
}
