import { testAttack } from '../run-fast.ts';
import { badModel } from './bad-model.ts';

testAttack(badModel);
