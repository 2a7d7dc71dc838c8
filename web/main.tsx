import { askAhead } from './api/ask-ahead.ts';
import { restOfWords, speakChosenLanguage } from './i18n/choice.ts';

/** Pages of people who need not be signed in ask for nobody. */
const isOpen = /^\/(?:sign-in|welcome|reset|forgot-password)$/.test(location.pathname);
if (!isOpen) askAhead('/api/auth/me');

// Each of these runs once the one before is done, though all are on their way by then.
await speakChosenLanguage();
// Whoever needs them waits for them, and tells when they do not come.
if (!isOpen && location.pathname !== '/') restOfWords().catch(() => undefined);
const { keepSchemasPlain } = await import('./api/plain-schemas.ts');
keepSchemasPlain();
const { start } = await import('./app.tsx');
start();
