// Limits of the HTTP edge, each with its unit and reason.

/** Largest JSON body in bytes: the longest form is a camera with two addresses of 2 KiB. */
export const maxBodyBytes = 64 * 1024;

/** Longest span of one playlist or time line in ms: a day of 1 s fragments is a playlist of 30 MB. */
export const maxSpanMs = 24 * 3_600_000;

/** Live streams of events at a time: one a tab, and each holds a socket. */
export const maxEventStreams = 256;

/** Events waiting for one slow reader; beyond, the reader is dropped and comes back by itself. */
export const maxWaitingEvents = 64;

/** Time in ms after which an event stream says that it lives: proxies cut silent ones after 30–60 s. */
export const heartbeatMs = 15_000;

/**
 * Time in ms after which an event stream asks again whether it may go on: who signs out, or is removed by another
 * process, hears nothing more after seconds. What is asked is remembered or one row.
 */
export const accessCheckMs = 3_000;

/** Longest wait in ms for the next fragment of a playlist that grows: longer than any sane group of pictures. */
export const maxGrowthWaitMs = 10_000;

/** Time in ms after the end of a growing span in which its last fragment may still be written. */
export const settleMs = 15_000;

/** Time in ms for which the recorder keeps taking pictures of a camera after somebody looked. */
export const pictureWantedMs = 15_000;

/** Longest wait in ms for the stores to answer a readiness probe. */
export const readyTimeoutMs = 2_000;

/** Longest time in ms for handing over a test alert. */
export const testAlertTimeoutMs = 15_000;

/**
 * Attempts at guessing, counted in a window of time. An account takes enough from one network for tired fingers,
 * hopeless for a dictionary; an address ten times that, because a whole office may share it, and still too few for
 * stolen lists.
 */
export const attempts = {
  windowMs: 5 * 60_000,
  /** At one account, from one network. */
  perAccount: 10,
  /** Who goes on at one account from one network is slowed down; its owner, who is elsewhere, is not. */
  perAccountAndNetwork: [
    { windowMs: 3_600_000, limit: 30 },
    { windowMs: 86_400_000, limit: 100 },
  ],
  /**
   * At one account from all networks that it never signed in from: more than two of them can use up, so that nobody
   * locks a house by failing at its door, and too few for guesses from a thousand.
   */
  perAccountAnywhere: 30,
  perAddress: 100,
  /** Time in ms for which a network counts as one from which the account signed in: a month away is a long one. */
  knownNetworkMs: 30 * 86_400_000,
} as const;

/** Invitations of one organization in a window of time, in letters: a whole company at once, not a mailing list. */
export const invitations = { windowMs: 3_600_000, perOrganization: 200 } as const;

/**
 * Requests of one network that have a password hashed, or wait for it, among those of all others; and those that
 * wait for that: an office that arrives at nine has its turn, and no flood takes the turn of others.
 */
export const hashing = { atOncePerNetwork: 2, waitingPerNetwork: 48 } as const;

/** Time in ms for which a link in a letter counts: long enough for a slow mail server. */
export const linkLifeMs = 3_600_000;

/** Letters that strangers can have sent to one address, in a window of time: more would be a nuisance. */
export const letters = { windowMs: 3_600_000, perAddress: 3 } as const;

/** Time in ms for signing in at a provider, and the way back. */
export const signOnMs = 10 * 60_000;

/** Time in ms for which a proof of who one is holds: long enough to add three people, short for an open laptop. */
export const proofMs = 10 * 60_000;

/** Logout tokens that were seen are remembered for this long, in ms: longer than a token may live. */
export const logoutMemoryMs = 10 * 60_000;

/** Tests of one's own channels in a window of time, in ms: a text message costs money, and a call rings. */
export const personalTests = { windowMs: 3_600_000, limit: 20 } as const;

/** Tests of an organization's channels in a window of time, in ms: whoever has an address is sent one, asked or not. */
export const channelTests = { windowMs: 3_600_000, limit: 60 } as const;

/** Tests of one siren or light in a window of time, in ms: enough to hang it, too few to torment a street. */
export const deviceTests = { windowMs: 3_600_000, limit: 60 } as const;

/**
 * Images that one access key pushes in a window of time: a thousand a second, so that one integrator leaves room for others.
 * Each process draws 50 at a time: less than one in a hundred of them is lost where ten processes share.
 */
export const pushes = { windowMs: 10_000, limit: 10_000, perLot: 50 } as const;

/** Bodies of images in memory at a time, in bytes: a dozen of the largest, or thousands of small ones. */
export const maxPushedBytesHeld = 256 * 1024 * 1024;

/** What a form may have around its image, in bytes: names, boundaries, a few fields. */
export const formOverheadBytes = 16 * 1024;
/** Parts of a form: each parameter, the image, and room for what is told of as wrong. */
export const maxFormParts = 16;

/**
 * Previews that one person, or one key, has made in a window of time: twenty strips of an incident, and whoever holds down an arrow key.
 * Each process draws 40 at a time.
 */
export const previews = { windowMs: 60_000, limit: 2_400, perLot: 40 } as const;

/** Time in ms for which tiles of one camera that one person looks at are one line of the log. */
export const tilesNotedMs = 15 * 60_000;

/** Images of a camera in one answer: what a light table shows, and 300 bytes each. */
export const maxListedPushes = 2_000;

/** Images that were put aside, in one answer. */
export const maxListedQuarantine = 200;
