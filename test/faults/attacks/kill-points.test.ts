import { testAttack } from '../run-fast.ts';
import { killPoints } from './kill-points.ts';

testAttack(killPoints);
