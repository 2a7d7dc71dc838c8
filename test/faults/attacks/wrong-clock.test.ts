import { testAttack } from '../run-fast.ts';
import { wrongClocks } from './wrong-clock.ts';

testAttack(wrongClocks);
