// How the pages are built: web/ becomes dist/pages, which the server hands out as it is.

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'web',
  plugins: [react()],
  build: {
    outDir: '../dist/pages',
    emptyOutDir: true,
    // light-dark() and native nesting are used as they are.
    target: ['chrome125', 'safari17.5', 'firefox125'],
    // Every file is fetched from 'self': the content security policy forbids data: scripts and styles.
    assetsInlineLimit: 0,
    // hls.js is one lazy chunk of about 550 kB.
    chunkSizeWarningLimit: 700,
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': process.env.VEDETTE_API ?? 'http://127.0.0.1:8080' },
  },
});
