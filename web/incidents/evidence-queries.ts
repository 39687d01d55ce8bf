// Letters to authorities, as the pages know them.

import { queryOptions } from '@tanstack/react-query';
import {
  AuthorityLetter,
  type AuthorityLetterInput,
  AuthorityLetters,
} from '../../src/http/contract/evidence.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { request } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';

export function authorityLettersQuery(incidentId: string) {
  return queryOptions({
    queryKey: keys.authorityLetters(incidentId),
    queryFn: ({ signal }) => request(AuthorityLetters, paths.authorityLetters(incidentId), { signal }),
  });
}

export function sendLetter(incidentId: string, body: AuthorityLetterInput): Promise<AuthorityLetter> {
  return request(AuthorityLetter, paths.authorityLetters(incidentId), { method: 'POST', body });
}

export function retryLetter(letterId: string): Promise<AuthorityLetter> {
  return request(AuthorityLetter, paths.authorityLetterRetry(letterId), { method: 'POST' });
}
