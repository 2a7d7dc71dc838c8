import { speakChosenLanguage } from './i18n/choice.ts';

// Each of these runs once the one before is done, though all are on their way by then.
await speakChosenLanguage();
const { keepSchemasPlain } = await import('./api/plain-schemas.ts');
keepSchemasPlain();
const { start } = await import('./app.tsx');
start();
