import { testAttack } from '../run-fast.ts';
import { model } from './model.ts';

testAttack(model);
