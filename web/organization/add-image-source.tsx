// Adding an image source; its secret is shown once, here.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ImageSourceInput, type ImageSourceSecret } from '../../src/http/contract/organization.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { keys } from '../app/query-keys.ts';
import { SitePicker } from '../people/site-picker.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Secret } from '../ui/secret.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { createImageSource } from './queries.ts';

const CompleteSource = ImageSourceInput.refine(({ siteIds }) => siteIds === null || siteIds.length > 0, {
  path: ['siteIds'],
  error: 'Choose at least one site, or every site.',
});

interface AddImageSourceProps {
  readonly sites: readonly Site[];
  readonly onClose: () => void;
}

export function AddImageSource({ sites, onClose }: AddImageSourceProps) {
  const queryClient = useQueryClient();
  const [made, setMade] = useState<ImageSourceSecret | null>(null);
  const [name, setName] = useState('');
  const [reach, setReach] = useState<'every' | 'some'>('every');
  const [siteIds, setSiteIds] = useState<string[]>([]);

  async function make(input: ImageSourceInput) {
    setMade(await createImageSource(input));
    await queryClient.invalidateQueries({ queryKey: keys.imageSources });
  }

  if (made !== null) return <SourceSecret made={made} onClose={onClose} />;
  return (
    <FormDialog
      title="Add an image source"
      action="Add the source"
      schema={CompleteSource}
      input={{ name, siteIds: reach === 'every' ? null : siteIds }}
      send={make}
      onClose={onClose}
    >
      {(fields) => (
        <>
          <TextField
            label="Name"
            value={name}
            onChange={(event) => setName(event.target.value)}
            placeholder="Gatehouse"
            hint="What sends the images."
            error={fields.name}
          />
          <Segmented
            legend="What it sends images of"
            value={reach}
            onChange={setReach}
            options={[
              { value: 'every', label: 'Every site' },
              { value: 'some', label: 'Some sites' },
            ]}
          />
          {reach === 'some' && (
            <SitePicker sites={sites} chosen={siteIds} onChange={setSiteIds} error={fields.siteIds} />
          )}
        </>
      )}
    </FormDialog>
  );
}

/** The secret, this once. */
export function SourceSecret({ made, onClose }: { made: ImageSourceSecret; onClose: () => void }) {
  return (
    <Dialog once key="made" title={`${made.source.name}: the secret`} onClose={onClose}>
      <p>
        Keep it where only the sender reads it. It is shown only this once, and signs every record of the
        source <code>{made.source.id}</code>
      </p>
      <Secret text={made.secret} label="Copy the secret" />
      <div className="dialog-actions">
        <Button look="primary" onClick={onClose}>
          I have kept it
        </Button>
      </div>
    </Dialog>
  );
}
