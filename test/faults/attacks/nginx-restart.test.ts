import { testAttack } from '../run-fast.ts';
import { nginxRestart } from './rolling-restart.ts';

testAttack(nginxRestart);
