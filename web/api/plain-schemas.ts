import { z } from 'zod';

/** Before any schema is made: zod would otherwise probe `new Function`, which the content security policy refuses and reports. */
export function keepSchemasPlain(): void {
  z.config({ jitless: true });
}
