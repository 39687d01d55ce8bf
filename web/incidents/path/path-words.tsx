// The same as the lines over the pictures, for who does not see them.

import type { StepCamera } from '../step/cameras.ts';
import type { Way } from './way.ts';
import { wayWords } from './words.ts';

interface PathWordsProps {
  readonly cameras: readonly StepCamera[];
  readonly ways: ReadonlyMap<string, readonly Way[]>;
  readonly zone: string;
}

export function PathWords({ cameras, ways, zone }: PathWordsProps) {
  return cameras.map((camera) => {
    const seen = ways.get(camera.id) ?? [];
    if (seen.length === 0) return null;
    return (
      <section key={camera.id} className="hidden-visually" aria-label={`Paths before ${camera.name}`}>
        <ul>
          {seen.map((way) => (
            <li key={way.key}>{wayWords(way, zone)}</li>
          ))}
        </ul>
      </section>
    );
  });
}
