import { testAttack } from '../run-fast.ts';
import { kill } from './kill.ts';

testAttack(kill);
