// What is found of a setting before anything depends on it: one line each, for a person who has to act on it.

/** `risky`: it works, and will not one day. */
export const verdicts = ['right', 'risky', 'wrong'] as const;
export type Verdict = (typeof verdicts)[number];

export interface SettingFinding {
  readonly verdict: Verdict;
  /** What is so and, where it is not right, what to do. */
  readonly sentence: string;
}

/**
 * Looks at what is behind an address, and tells what it finds as it finds it. It changes nothing that others see, and
 * ends what it opened. What it throws is one more finding, that something is wrong.
 */
export type OpeningCheck = AsyncIterable<SettingFinding>;

export const right = (sentence: string): SettingFinding => ({ verdict: 'right', sentence });
export const risky = (sentence: string): SettingFinding => ({ verdict: 'risky', sentence });
export const wrong = (sentence: string): SettingFinding => ({ verdict: 'wrong', sentence });
