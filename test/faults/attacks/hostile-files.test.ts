import { testAttack } from '../run-fast.ts';
import { hostileFiles } from './hostile-files.ts';

testAttack(hostileFiles);
