import { testAttack } from '../run-fast.ts';
import { browser } from './browser.ts';

testAttack(browser);
