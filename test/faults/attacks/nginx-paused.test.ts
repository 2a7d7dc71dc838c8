import { testAttack } from '../run-fast.ts';
import { nginxPaused } from './paused-owner.ts';

testAttack(nginxPaused);
