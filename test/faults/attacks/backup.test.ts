import { testAttack } from '../run-fast.ts';
import { backup } from './backup.ts';

testAttack(backup);
