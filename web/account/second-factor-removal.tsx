// Switching the second factor off.

import { useMutation } from '@tanstack/react-query';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { removeSecondFactor } from './queries.ts';

export function SecondFactorRemoval({ onClose }: { onClose: () => void }) {
  const removing = useMutation({ mutationFn: removeSecondFactor, onSuccess: onClose });
  return (
    <Dialog title="Switch the second factor off?" onClose={onClose}>
      <p>From then on your password alone opens your account. Your recovery codes are void.</p>
      <Problem error={removing.error} />
      <div className="dialog-actions">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={removing.isPending} onClick={() => removing.mutate()}>
          Switch it off
        </Button>
      </div>
    </Dialog>
  );
}
