// Records of evidence that was given away.

import type { AuthorityLetterId, IncidentId } from '../brand.ts';
import type { AuthorityLetter, LetterState } from '../evidence/authority-letter.ts';

export interface AuthorityLetterRecords {
  insert(letter: AuthorityLetter): Promise<void>;
  find(id: AuthorityLetterId): Promise<AuthorityLetter | null>;
  /** Newest first. */
  ofIncident(incidentId: IncidentId): Promise<readonly AuthorityLetter[]>;
  /** Changes the letter where its state is `expected`; false where it is not. */
  move(
    id: AuthorityLetterId,
    expected: LetterState,
    change: Partial<Pick<AuthorityLetter, 'state' | 'attempts' | 'problem' | 'sentAt'>>,
  ): Promise<boolean>;
}
