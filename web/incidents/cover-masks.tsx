// The choice whether what lies behind privacy masks is covered; asked only where a camera has any.

import { useQueries } from '@tanstack/react-query';
import { useId } from 'react';
import { zonesQuery } from '../zones/queries.ts';
import { maskedCameras, masksHint } from './mask-words.ts';

interface CoverMasksProps {
  readonly cameras: readonly { readonly id: string; readonly name: string }[];
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function CoverMasks({ cameras, checked, disabled = false, onChange }: CoverMasksProps) {
  const noteId = useId();
  const results = useQueries({ queries: cameras.map(({ id }) => zonesQuery(id)) });
  const masked = maskedCameras(
    cameras.map(({ name }, index) => ({ name, zones: results[index]?.data?.zones })),
  );
  if (masked.length === 0) return null;
  return (
    <div className="field">
      <label className="tick">
        <input
          type="checkbox"
          checked={checked}
          disabled={disabled}
          aria-describedby={noteId}
          onChange={({ target }) => onChange(target.checked)}
        />
        <span>Cover privacy masks</span>
      </label>
      <p id={noteId} className="field-hint" aria-live="polite">
        {masksHint(masked, checked)}
      </p>
    </div>
  );
}
