import { testAttack } from '../run-fast.ts';
import { fullDisk } from './full-disk.ts';

testAttack(fullDisk);
