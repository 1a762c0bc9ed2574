import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The tab in Teams is one script and one style sheet; `src/teams-app/pages.ts` makes the page around them. */
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../dist/teams-tab',
    emptyOutDir: true,
    target: 'es2022',
    cssCodeSplit: false,
    rolldownOptions: {
      input: 'src/teams-tab/main.tsx',
      output: { entryFileNames: 'tab.js', assetFileNames: 'tab[extname]', codeSplitting: false },
    },
  },
});
