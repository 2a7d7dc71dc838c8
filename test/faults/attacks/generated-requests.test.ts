import { testAttack } from '../run-fast.ts';
import { generatedRequests } from './generated-requests.ts';

testAttack(generatedRequests);
