import { testAttack } from '../run-fast.ts';
import { silentBell } from './silent-bell.ts';

testAttack(silentBell);
