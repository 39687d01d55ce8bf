import { ballastContract } from '../../core/ports/ballast.contract.ts';
import { memoryBallast } from './ballast.ts';

ballastContract('memory ballast', async (_t, { hasRoom }) => {
  const ballast = memoryBallast({ hasRoom: () => hasRoom });
  return { ballast, isKept: async () => ballast.kept };
});
