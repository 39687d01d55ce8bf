// What was pushed of a camera that also records: how much, and the light table to look at it.

import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { LightTable } from './light-table.tsx';
import { imageAt, type Shown } from './step.ts';

interface PushedImagesProps {
  readonly cameraId: string;
  readonly name: string;
  /** Oldest first; nothing is shown where there are none. */
  readonly images: readonly Shown[];
  readonly zone: string;
  /** Where the time line is: the table opens with the image of that moment. */
  readonly at: number;
  readonly now: number;
}

export function PushedImagesSection({ cameraId, name, images, zone, at, now }: PushedImagesProps) {
  const [shown, setShown] = useState<Shown | null>(null);
  const first = imageAt(images, at);
  if (first === null) return null;
  return (
    <section className="card images-section" aria-label="Pushed images">
      <p>
        {images.length === 1 ? '1 image was' : `${images.length} images were`} pushed in the day on the time
        line.
      </p>
      <Button icon="eye" onClick={() => setShown(first)}>
        Look at them
      </Button>
      {shown !== null && (
        <Dialog wide title={`Images of ${name}`} onClose={() => setShown(null)}>
          <LightTable {...{ cameraId, name, images, shown, zone, now }} onShow={setShown} />
        </Dialog>
      )}
    </section>
  );
}
