// Ballast: room on the disk that is thrown off when the disk is full, so that making room has room itself.

export interface Ballast {
  /** Gives the room free; false where there was none left to give. */
  release(): Promise<boolean>;
  /** Takes the room again where there is enough of it; else it stays free until the next call. Never throws. */
  restore(): Promise<void>;
}
