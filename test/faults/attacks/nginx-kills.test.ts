import { testAttack } from '../run-fast.ts';
import { nginxKills } from './nginx-kills.ts';

testAttack(nginxKills);
