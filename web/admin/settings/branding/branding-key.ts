import { settingsKey } from '../../../shell/use-fresh-data.ts';

export const brandingStateKey = [settingsKey, 'set-branding'];
