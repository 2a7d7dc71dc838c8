import { testAttack } from '../run-fast.ts';
import { untrustedTexts } from './untrusted-texts.ts';

testAttack(untrustedTexts);
