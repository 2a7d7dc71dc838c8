import { testAttack } from '../run-fast.ts';
import { failingCalls } from './failing-calls.ts';

testAttack(failingCalls);
