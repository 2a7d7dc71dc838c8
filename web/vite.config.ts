import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { packedFiles } from './packed-files.ts';

/** Run from the repository as `vite build web`. */
export default defineConfig({
  plugins: [react(), tailwindcss(), pdfjsFiles(), appSooner(), packedFiles()],
  resolve: {
    alias: {
      // The original writes a <style> element when a dialog opens, which `style-src 'self'` refuses.
      'react-remove-scroll': new URL('./ui/remove-scroll.tsx', import.meta.url).pathname,
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
            { name: 'icons', test: /lucide-react/ },
            { name: 'tanstack', test: /@tanstack[/](react-)?(router|query|history|store)/ },
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

/** Names the app's own scripts in the page: else they are asked for only once the first script has run. */
function appSooner(): Plugin {
  return {
    name: 'app-sooner',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const app = Object.values(bundle).find((file) => file.type === 'chunk' && file.name === 'app');
        if (app?.type !== 'chunk') return [];
        return [app.fileName, ...app.imports]
          .filter((name) => !html.includes(name))
          .map((name) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `/${name}` },
            injectTo: 'head' as const,
          }));
      },
    },
  };
}
