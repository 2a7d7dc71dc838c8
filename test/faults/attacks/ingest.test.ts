import { testAttack } from '../run-fast.ts';
import { ingest } from './ingest.ts';

testAttack(ingest);
