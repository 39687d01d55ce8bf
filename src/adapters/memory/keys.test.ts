import { keysContract } from '../../core/ports/keys.contract.ts';
import { memoryKeys } from './keys.ts';

keysContract('memory keys', async () => memoryKeys());
