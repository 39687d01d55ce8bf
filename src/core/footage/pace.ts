// The pace of a source, and of all that looks at it.

/**
 * `real`: packets arrive as they are taken; the newest picture counts, and one that the detector has no time for is
 * dropped. `max`: they come from a file as fast as it is read, and each picture waits for its detection.
 */
export type Pace = 'real' | 'max';
