import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const isSharedByMost = (id: string) =>
  !/react-(checkbox|field|input|label|radio|select|switch|textarea)\/|src\/(availability|event-types|people)\//.test(
    id,
  );

/** The first script starts the others; the browser fetches them meanwhile. */
const preloadApp: Plugin = {
  name: 'preload-app',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const app = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith('/src/app.tsx'));
      const later = app ? [app.fileName, ...app.imports].filter((name) => !html.includes(name)) : [];
      return later.map((name) => ({
        tag: 'link',
        attrs: { rel: 'modulepreload', crossorigin: true, href: `/console/${name}` },
        injectTo: 'head',
      }));
    },
  },
};

/** The console is served below `/console/`; `npm run build` puts it where `src/http/console.ts` looks for it. */
export default defineConfig({
  base: '/console/',
  plugins: [react(), preloadApp],
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    // All styles are some KB in one file, so that no page waits for its own.
    cssCodeSplit: false,
    // Nothing may be inlined as a script; small pictures may be.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What asks the first questions is small and runs before the rest has arrived.
            {
              name: 'questions',
              test: /query-core|hono[\\/]dist|src[\\/]api[\\/](?!live)|page-queries|parts[\\/]when|today[\\/]day/,
              priority: 3,
            },
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 2 },
            // What most pages share comes in one file instead of a dozen small ones; form fields stay with the forms.
            { name: 'shared', minShareCount: 2, test: isSharedByMost },
          ],
        },
      },
    },
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: { '/v1': 'http://localhost:3000', '/sign-in': 'http://localhost:3000', '/book': 'http://localhost:3000' },
  },
});
