import { testAttack } from '../run-fast.ts';
import { disguisedPaths } from './disguised-paths.ts';

testAttack(disguisedPaths);
