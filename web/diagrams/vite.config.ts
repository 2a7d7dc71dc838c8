import { defineConfig } from 'vite';
import { packedFiles } from '../packed-files.ts';

/** The page of the frame that diagrams are drawn in, with scripts of its own: a frame without an origin may load nothing that other pages load.
 *  Run from the repository as `vite build web/diagrams`, after the app. */
export default defineConfig({
  base: '/diagrams/',
  plugins: [packedFiles()],
  build: {
    outDir: '../dist/diagrams',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
    // The largest lays out diagrams that ask for it, and is loaded for those alone.
    chunkSizeWarningLimit: 2000,
  },
});
