import { testAttack } from '../run-fast.ts';
import { nginxKillPoints } from './nginx-kill-points.ts';

testAttack(nginxKillPoints);
