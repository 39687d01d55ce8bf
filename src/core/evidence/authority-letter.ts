// A letter to an authority: evidence of an incident, mailed to somebody who has no account.

import type {
  AuthorityLetterId,
  CameraId,
  EpochMs,
  IncidentId,
  MemberId,
  OrganizationId,
  SiteId,
} from '../brand.ts';
import type { Span } from '../ports/records.ts';

export const letterStates = ['waiting', 'sent', 'failed'] as const;
export type LetterState = (typeof letterStates)[number];

/** The queue's topic of letters; the payload is `LetterMessage` as JSON. */
export const authorityLettersTopic = 'authority-letters';

export interface LetterMessage {
  readonly letterId: AuthorityLetterId;
}

/**
 * Largest mail, in bytes as it travels: many servers of authorities take 25 MB, some 20 MB. A file grows by 37 % in a
 * mail (base64 in lines of 76 characters, RFC 2045 §6.8).
 */
export const maxMailBytes = 20_000_000;
/** The text, the list of hashes and the headers, with room to spare. */
const textAllowanceBytes = 200_000;
const mailedPerByte = (4 / 3) * (78 / 76);

/** Files that fit into one mail, in bytes: about 14.5 MB. */
export const maxAttachedBytes = Math.floor((maxMailBytes - textAllowanceBytes) / mailedPerByte);

/** Letters of one incident: an authority asks twice, not a hundred times. */
export const maxLettersPerIncident = 50;
/** Cameras of one letter: more do not fit into a mail. */
export const maxLetterCameras = 16;
/** Longest text of a letter, in characters: two pages. */
export const maxLetterTextLength = 5_000;

export interface LetterRecipient {
  /** "" where only the office is known. */
  readonly name: string;
  readonly office: string;
  readonly email: string;
}

export interface AuthorityLetter {
  /** Also names the mail (Message-ID): one that arrives twice is seen to be one. */
  readonly id: AuthorityLetterId;
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  readonly incidentId: IncidentId;
  /** Who sends it. */
  readonly memberId: MemberId;
  readonly recipient: LetterRecipient;
  /** The authority's own number; "" where there is none. */
  readonly reference: string;
  readonly text: string;
  readonly cameraIds: readonly CameraId[];
  /** Of the clips. */
  readonly span: Span;
  /** Whether what lies behind privacy masks is covered in clips and snapshot. */
  readonly coverMasks: boolean;
  readonly state: LetterState;
  readonly attempts: number;
  /** Why the last attempt failed. */
  readonly problem: string | null;
  readonly createdAt: EpochMs;
  /** When the mail server took it. */
  readonly sentAt: EpochMs | null;
}
