import { testAttack } from '../run-fast.ts';
import { postgres } from './postgres.ts';

testAttack(postgres);
