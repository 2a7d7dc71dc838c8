import { testAttack } from '../run-fast.ts';
import { overload } from './overload.ts';

testAttack(overload);
