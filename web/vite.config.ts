import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { firstScripts, firstScriptsNamed } from './first-scripts.ts';
import { packedFiles } from './packed-files.ts';
import { splitCatalogues } from './split-catalogues.ts';

const at = (file: string) => new URL(file, import.meta.url).pathname;
const beginnings = {
  worker: at('offline/service-worker.ts'),
  main: at('main.tsx'),
  later: [at('api/plain-schemas.ts'), at('app.tsx')],
};
const removeScroll = at('ui/remove-scroll.tsx');

/** Run from the repository as `vite build web`. */
export default defineConfig({
  plugins: [
    react(),
    tailwindcss(),
    pdfjsFiles(),
    splitCatalogues([beginnings.main, removeScroll]),
    firstScriptsNamed(beginnings),
    packedFiles(),
  ],
  resolve: {
    alias: {
      // The original writes a <style> element when a dialog opens, which `style-src 'self'` refuses.
      'react-remove-scroll': removeScroll,
    },
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // A data: address would break `default-src 'self'`.
    assetsInlineLimit: 0,
    target: 'es2022',
    rolldownOptions: {
      input: { index: 'index.html', 'service-worker': 'offline/service-worker.ts' },
      output: {
        codeSplitting: {
          groups: [
            { debugName: 'first scripts', name: firstScripts(beginnings), includeDependenciesRecursively: false },
          ],
        },
        // A service worker looks after the folder it is served from.
        entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
    chunkSizeWarningLimit: 600,
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/diagrams/', '/manifest.webmanifest'].map((path) => [path, 'http://127.0.0.1:3000']),
    ),
  },
});

/** What PDF.js asks for by name when a PDF needs it: tables of characters, the fonts every reader is expected to have, and decoders of pictures
 *  that need no WebAssembly, which the content security policy refuses. They are served as they come with it. */
function pdfjsFiles(): Plugin {
  const folder = new URL('../node_modules/pdfjs-dist/', import.meta.url).pathname;
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const built = `assets/pdfjs-${version}/`;
  return {
    name: 'pdfjs-files',
    config: (_config, { command }) => ({
      define: { 'import.meta.env.PDFJS_FILES': JSON.stringify(command === 'build' ? `/${built}` : `/@fs${folder}`) },
    }),
    generateBundle() {
      for (const part of ['cmaps', 'standard_fonts', 'wasm']) {
        for (const name of readdirSync(join(folder, part))) {
          if (name.endsWith('.wasm') || name === 'quickjs-eval.js') continue;
          this.emitFile({
            type: 'asset',
            fileName: `${built}${part}/${name}`,
            source: readFileSync(join(folder, part, name)),
          });
        }
      }
    },
  };
}
