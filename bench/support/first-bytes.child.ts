import { setTimeout as pause } from 'node:timers/promises';
import { signIn } from './client.ts';
import { openTalk } from './talk.ts';

/** A person who sends one message after the other, with a breath between. Each line it is told is answered with the milliseconds from POST
 *  to first text of the turns since the line before, as JSON. */
const told = JSON.parse(process.argv[2] ?? '') as { url: string; password: string };
const talk = await openTalk(await signIn(new URL(told.url), 'admin', told.password), 50);
let spentMs: number[] = [];
process.stdin.on('data', () => {
  process.stdout.write(`${JSON.stringify(spentMs)}\n`);
  spentMs = [];
});
process.stdin.on('end', () => process.exit(0));
for (;;) {
  spentMs.push(await talk.turn());
  await pause(50);
}
