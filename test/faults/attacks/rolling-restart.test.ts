import { testAttack } from '../run-fast.ts';
import { rollingRestart } from './rolling-restart.ts';

testAttack(rollingRestart);
