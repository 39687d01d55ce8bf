// Image sources: who sends images over Kafka. Shown where there is Kafka, beside the access keys.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ImageSource, ImageSourceSecret } from '../../src/http/contract/organization.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { keys } from '../app/query-keys.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { useNow } from '../ui/use-now.ts';
import { agoRoughly, momentInside, ownTimeZone } from '../ui/words.ts';
import { placesOf } from './access-keys-section.tsx';
import { AddImageSource, SourceSecret } from './add-image-source.tsx';
import { imageSourcesQuery, removeImageSource, renewImageSource } from './queries.ts';

export function ImageSourcesSection({ sites }: { sites: readonly Site[] }) {
  const { data, error } = useQuery(imageSourcesQuery);
  const [adding, setAdding] = useState(false);
  // Without Kafka nothing could be sent; what was made before can still be removed.
  if (data === undefined) return <Problem error={error} />;
  const { topic, sources } = data;
  if (topic === null && sources.length === 0) return null;
  return (
    <TitledSection
      look="section"
      title="Image sources"
      lead={
        topic === null ? (
          'The queue is not Kafka any more: nothing that they send arrives.'
        ) : (
          <>
            A source writes images to the topic <code>{topic}</code> of Kafka, and signs each with its secret.
          </>
        )
      }
      action={
        topic !== null && (
          <Button icon="key" onClick={() => setAdding(true)}>
            Add a source
          </Button>
        )
      }
    >
      {sources.length === 0 && <p className="quiet small">There is none: nothing is taken from the topic.</p>}
      {sources.length > 0 && (
        <ul className="section-list">
          {sources.map((source) => (
            <li key={source.id}>
              <SourceRow source={source} sites={sites} />
            </li>
          ))}
        </ul>
      )}
      {adding && <AddImageSource sites={sites} onClose={() => setAdding(false)} />}
    </TitledSection>
  );
}

function SourceRow({ source, sites }: { source: ImageSource; sites: readonly Site[] }) {
  const now = useNow(10_000);
  const [asking, setAsking] = useState<'renew' | 'remove' | null>(null);
  const places = placesOf(source, sites);
  const close = () => setAsking(null);
  return (
    <div className="section-row">
      <div className="section-words">
        <strong>{source.name}</strong>
        <span className="quiet small">
          <code>{source.id}</code>
        </span>
        <span className="quiet small" title={places.long}>
          {places.short} · by {source.createdBy} · secret of{' '}
          {momentInside(source.renewedAt, ownTimeZone(), now)} ·{' '}
          {source.lastUsedAt === null ? 'never used' : `used ${agoRoughly(source.lastUsedAt, now)}`}
        </span>
      </div>
      <div className="section-buttons">
        <Button
          size="small"
          aria-label={`Renew the secret of ${source.name}`}
          onClick={() => setAsking('renew')}
        >
          Renew
        </Button>
        <Button size="small" aria-label={`Remove ${source.name}`} onClick={() => setAsking('remove')}>
          Remove
        </Button>
      </div>
      {asking === 'renew' && <Renewal source={source} onClose={close} />}
      {asking === 'remove' && <Removal source={source} onClose={close} />}
    </div>
  );
}

interface AskingProps {
  readonly source: ImageSource;
  readonly onClose: () => void;
}

function Renewal({ source, onClose }: AskingProps) {
  const queryClient = useQueryClient();
  const [made, setMade] = useState<ImageSourceSecret | null>(null);
  const renew = useMutation({
    mutationFn: () => renewImageSource(source.id),
    onSuccess: async (answer) => {
      setMade(answer);
      await queryClient.invalidateQueries({ queryKey: keys.imageSources });
    },
  });
  if (made !== null) return <SourceSecret made={made} onClose={onClose} />;
  return (
    <Dialog title={`Another secret for ${source.name}?`} onClose={onClose}>
      <p>
        Within seconds, what is signed with the secret there is now is dropped, also what waits in the topic.
        Stop the sender first, and start it with the new one.
      </p>
      <Problem error={renew.error} />
      <div className="dialog-actions">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={renew.isPending} onClick={() => renew.mutate()}>
          Renew
        </Button>
      </div>
    </Dialog>
  );
}

function Removal({ source, onClose }: AskingProps) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeImageSource(source.id),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: keys.imageSources });
    },
  });
  return (
    <Dialog title={`Remove ${source.name}?`} onClose={onClose}>
      <p>Within seconds nothing that it sends is taken any more. The images that came stay.</p>
      <Problem error={remove.error} />
      <div className="dialog-actions">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
          Remove
        </Button>
      </div>
    </Dialog>
  );
}
