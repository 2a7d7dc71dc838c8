import { testAttack } from '../run-fast.ts';
import { guessing } from './guessing.ts';

testAttack(guessing);
