import { testAttack } from '../run-fast.ts';
import { stalledReaders } from './stalled-readers.ts';

testAttack(stalledReaders);
