import { testAttack } from '../run-fast.ts';
import { filesAway } from './files-away.ts';

testAttack(filesAway);
