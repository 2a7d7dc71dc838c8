import type { Attack } from './attack.ts';
import { backup } from './attacks/backup.ts';
import { badModel } from './attacks/bad-model.ts';
import { browser } from './attacks/browser.ts';
import { disguisedPaths } from './attacks/disguised-paths.ts';
import { failingCalls } from './attacks/failing-calls.ts';
import { filesAway } from './attacks/files-away.ts';
import { fullDisk } from './attacks/full-disk.ts';
import { generatedRequests } from './attacks/generated-requests.ts';
import { guessing } from './attacks/guessing.ts';
import { hostileFiles } from './attacks/hostile-files.ts';
import { kill } from './attacks/kill.ts';
import { ingest } from './attacks/ingest.ts';
import { killOwner } from './attacks/kill-owner.ts';
import { killPoints } from './attacks/kill-points.ts';
import { model } from './attacks/model.ts';
import { nginxKillPoints } from './attacks/nginx-kill-points.ts';
import { nginxKills } from './attacks/nginx-kills.ts';
import { overload } from './attacks/overload.ts';
import { nginxPaused, pausedOwner } from './attacks/paused-owner.ts';
import { postgres } from './attacks/postgres.ts';
import { nginxRestart, rollingRestart } from './attacks/rolling-restart.ts';
import { silentBell } from './attacks/silent-bell.ts';
import { stalledReaders } from './attacks/stalled-readers.ts';
import { nginxSends, twoInstances } from './attacks/two-instances.ts';
import { untrustedTexts } from './attacks/untrusted-texts.ts';
import { wayToDatabase } from './attacks/way-to-database.ts';
import { wrongClocks } from './attacks/wrong-clock.ts';

/** Every attack, in the order of docs/durability.md and docs/security.md. */
export const attacks: readonly Attack[] = [
  model,
  kill,
  killOwner,
  killPoints,
  ingest,
  failingCalls,
  pausedOwner,
  twoInstances,
  fullDisk,
  wrongClocks,
  rollingRestart,
  browser,
  stalledReaders,
  overload,
  badModel,
  backup,
  silentBell,
  postgres,
  filesAway,
  nginxKills,
  nginxKillPoints,
  nginxPaused,
  nginxSends,
  nginxRestart,
  wayToDatabase,
  generatedRequests,
  disguisedPaths,
  guessing,
  hostileFiles,
  untrustedTexts,
];
