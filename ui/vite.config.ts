import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const isSharedByMost = (id: string) => !/react-(field|input|label|textarea|select)\//.test(id);

/** The console is served below `/console/`; `npm run build` puts it where `src/http/console.ts` looks for it. */
export default defineConfig({
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    // Nothing may be inlined as a script; small pictures may be.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What most pages share comes in one file instead of a dozen small ones; form fields stay with the forms.
        codeSplitting: { groups: [{ name: 'shared', minShareCount: 3, test: isSharedByMost }] },
      },
    },
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: { '/v1': 'http://localhost:3000', '/sign-in': 'http://localhost:3000', '/book': 'http://localhost:3000' },
  },
});
