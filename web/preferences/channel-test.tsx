// A test of one kind of channel, sent now.

import { useMutation } from '@tanstack/react-query';
import type { PersonalKind } from '../../src/http/contract/my-alerts.ts';
import { sentence } from '../app/api.ts';
import { Button } from '../ui/button.tsx';
import { channelWords } from '../ui/channel-kinds.ts';
import { showToast } from '../ui/toast.tsx';
import { testKind } from './queries.ts';

export function ChannelTest({ kind }: { kind: PersonalKind }) {
  const test = useMutation({
    mutationFn: () => testKind(kind),
    onSuccess: ({ outcome, problem }) => {
      if (outcome === 'handed-over') showToast('good', 'The test is on its way. Look whether it arrives.');
      else showToast('bad', problem ?? 'The test could not be handed over.');
    },
    onError: (error) => showToast('bad', sentence(error)),
  });
  return (
    <Button
      size="small"
      icon="send"
      busy={test.isPending}
      aria-label={`Test: ${channelWords[kind]}`}
      onClick={() => test.mutate()}
    >
      Test
    </Button>
  );
}
