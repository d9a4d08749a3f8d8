import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env.KARTOTEKA_SERVER ?? 'http://127.0.0.1:8080';

/**
 * Built to `dist/ui` and served by the same process as the API. Nothing may be inlined: the content security
 * policy allows scripts and fonts from our own address only.
 */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('../dist/ui', import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    reportCompressedSize: false,
  },
  // The Host stays the page's own: the server takes writes from its own origin only.
  // Sources of this folder's own `api/` are pages, not calls.
  server: { proxy: { '^/api/(?!.*\\.tsx?$)': { target: server, changeOrigin: false } } },
});
