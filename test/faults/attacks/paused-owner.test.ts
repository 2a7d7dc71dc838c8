import { testAttack } from '../run-fast.ts';
import { pausedOwner } from './paused-owner.ts';

testAttack(pausedOwner);
