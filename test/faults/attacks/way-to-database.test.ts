import { testAttack } from '../run-fast.ts';
import { wayToDatabase } from './way-to-database.ts';

testAttack(wayToDatabase);
