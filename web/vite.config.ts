import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Run from the repository as `vite build web`. */
export default defineConfig({
  plugins: [react(), tailwindcss()],
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
    chunkSizeWarningLimit: 600,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:3000' } },
});
