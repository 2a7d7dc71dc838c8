import { route } from '../access/route.ts';
import { backupState } from '../contract/backups.ts';
import type { Store } from '../store/store.ts';
import { readBackupState } from './backup-state.ts';

/** What the administrators see of backups; making one is a command on the machine. */
export function backupRoutes(ports: { store: Store }) {
  return [
    route({
      method: 'get',
      path: '/api/admin/backups',
      summary: 'The newest verified backup of this store, and the newest check that failed',
      tag: 'Administration',
      access: { action: 'admin.backups.read' },
      answers: { 200: { description: 'What is known of backups', schema: backupState } },
      handler: async () => ({ status: 200, json: await readBackupState(ports) }),
    }),
  ];
}
