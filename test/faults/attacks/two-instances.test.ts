import { testAttack } from '../run-fast.ts';
import { twoInstances } from './two-instances.ts';

testAttack(twoInstances);
