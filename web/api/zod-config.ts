import { z } from 'zod';

// Must be imported before any schema is made: zod would otherwise probe `new Function`, which the content security policy refuses and reports.
z.config({ jitless: true });
