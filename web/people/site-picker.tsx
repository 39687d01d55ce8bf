// Choosing sites: a list to tick, which is searched as soon as it is long.

import './site-picker.css';
import { useId, useState } from 'react';
import type { Site } from '../../src/http/contract/sites.ts';
import { isFound, sortedBy } from '../ui/rows.ts';
import { count } from '../ui/words.ts';

/** As many fit without searching. */
const fewSites = 6;

interface SitePickerProps {
  readonly sites: readonly Site[];
  readonly chosen: readonly string[];
  readonly onChange: (siteIds: string[]) => void;
  readonly error?: string | undefined;
}

export function SitePicker({ sites, chosen, onChange, error }: SitePickerProps) {
  const noteId = useId();
  const [find, setFind] = useState('');
  // Those chosen when it was opened come first, and stay there while one ticks.
  const [first] = useState(() => new Set(chosen));
  const now = new Set(chosen);
  const ordered = sortedBy(
    sortedBy(sites, ({ name }) => name, false),
    ({ id }) => (first.has(id) ? 0 : 1),
    false,
  );
  const found = ordered.filter(({ name }) => isFound(find, [name]));

  function toggle(siteId: string, on: boolean) {
    onChange(on ? [...chosen, siteId] : chosen.filter((id) => id !== siteId));
  }

  return (
    <fieldset className="field site-picker" aria-describedby={noteId}>
      <legend className="field-label">Sites</legend>
      {sites.length > fewSites && (
        <input
          type="search"
          className="input"
          aria-label="Search sites"
          placeholder="Search"
          value={find}
          // Enter would send the form around it.
          onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
          onChange={(event) => setFind(event.target.value)}
        />
      )}
      <ul className="site-picker-list">
        {found.map(({ id, name }) => (
          <li key={id}>
            <label className="tick">
              <input
                type="checkbox"
                checked={now.has(id)}
                aria-invalid={error !== undefined}
                onChange={(event) => toggle(id, event.target.checked)}
              />
              <span>{name}</span>
            </label>
          </li>
        ))}
        {found.length === 0 && (
          <li className="quiet small site-picker-none">
            {sites.length === 0 ? 'There is no site yet. Add one on the overview first.' : 'No site fits.'}
          </li>
        )}
      </ul>
      <div id={noteId} aria-live="polite">
        {error === undefined ? (
          <p className="field-hint">
            {chosen.length} of {count(sites.length, 'site')} chosen
          </p>
        ) : (
          <p className="field-error">{error}</p>
        )}
      </div>
    </fieldset>
  );
}
