import { testAttack } from '../run-fast.ts';
import { nginxSends } from './two-instances.ts';

testAttack(nginxSends);
