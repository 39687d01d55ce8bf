// Passwords: the limits that forms, the API and every identity provider share.

/** Shortest password, in characters (NIST SP 800-63B §5.1.1: at least 8; 10 where it is the only factor). */
export const minPasswordLength = 10;
/** Longest password, in characters: hashing takes longer the longer it is. */
export const maxPasswordLength = 128;
