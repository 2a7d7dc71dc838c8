import { registerHooks } from 'node:module';

/** The server, whose embedder notes what it embeds: see `counting-embedder.ts`. */
const counting = new URL('./counting-embedder.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const isEmbedder =
      context.parentURL?.endsWith('/src/compose/compose-embedder.ts') && found.url.endsWith('/open-minilm-embedder.ts');
    return isEmbedder ? { ...found, url: counting } : found;
  },
});
await import('../../src/main.ts');
