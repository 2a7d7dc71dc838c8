import { testAttack } from '../run-fast.ts';
import { killOwner } from './kill-owner.ts';

testAttack(killOwner);
