/**
 * `npm run docs`: makes the documentation in `docs/` a site in `dist/docs`, which any web server can hand out and which also
 * opens as files. `npm run build` does it as well. An argument names another folder for the site.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'vite';
import { makeSite } from './docs/site.ts';

const root = join(import.meta.dirname, '..');
const own = join(import.meta.dirname, 'docs/assets');

/** Writes the site into a folder, in place of what was there. */
async function buildDocs(out: string): Promise<number> {
  const site = await makeSite(root);
  const read = (path: string) => readFileSync(path, 'utf8');
  // The reference on servers and the site look the same because they are styled by the same sheet.
  site.set('assets/site.css', read(join(root, 'src/http/assets/reference.css')) + read(join(own, 'site.css')));
  site.set('assets/site.js', read(join(own, 'site.js')));
  site.set('assets/search.js', await bundle(join(own, 'search.js')));
  rmSync(out, { recursive: true, force: true });
  for (const [address, content] of site) {
    const path = join(out, address);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return [...site.keys()].filter((address) => address.endsWith('.html')).length;
}

/** A script and what it imports as one classic script: browsers load no modules from files. */
async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, target: 'es2022', lib: { entry, formats: ['iife'], name: 'parleySearch' } },
  });
  const [result] = [built].flat();
  const made = result && 'output' in result ? result.output[0].code : undefined;
  if (made === undefined) throw new Error('The search could not be built.');
  return made;
}

const started = performance.now();
const out = resolve(process.argv[2] ?? join(root, 'dist/docs'));
const count = await buildDocs(out);
process.stdout.write(`${count} pages in ${out} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
