import { z } from 'zod';
import { speakChosenLanguage } from './i18n/choice.ts';

// Before any schema is made, hence before the app is loaded: zod would otherwise probe `new Function`, which the content security policy refuses and reports.
z.config({ jitless: true });
await speakChosenLanguage();

const { start } = await import('./app.tsx');
start();
