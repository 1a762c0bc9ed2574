/** `npm run openapi`: writes docs/openapi.json from the routes' schemas. With `--check` it only says whether it is current. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createApi, type HttpDeps } from '../src/http/api.ts';
import { describeApi } from '../src/http/openapi.ts';

const file = new URL('../docs/openapi.json', import.meta.url);
// The description needs the routes' schemas alone: nothing is asked of what stands behind them.
const api = createApi({ app: undefined, apps: {} } as HttpDeps);
const text = `${JSON.stringify(describeApi(api), null, 2)}\n`;

if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error('docs/openapi.json does not describe the routes as they are. Run: npm run openapi');
  process.exitCode = 1;
}
