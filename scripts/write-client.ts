/**
 * `npm run client`: writes client/src/generated from docs/openapi.json. With `--check` it only says whether it is
 * current. The same description always gives the same files.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { camel, isKeyless, isOptional, kebab, methodName, operationsOf } from './client/operations.ts';
import type { Answer, Description, Operation } from './client/operations.ts';
import { NamedTypes } from './client/named-types.ts';
import { comment } from './client/type-text.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'client/src/generated');
const origin = '// Written by scripts/write-client.ts from docs/openapi.json.\n';

const files = await writeFiles(JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8')) as Description);
if (!process.argv.includes('--check')) replaceFiles(files);
else if (!isCurrent(files)) {
  console.error('client/src/generated is not what docs/openapi.json describes. Run: npm run client');
  process.exitCode = 1;
}

/** Every file of the folder by name, formatted. */
async function writeFiles(description: Description): Promise<Map<string, string>> {
  const options = { ...(await resolveConfig(join(folder, 'schemas.ts'))), parser: 'typescript' };
  const operations = operationsOf(description);
  const named = new NamedTypes(description.components.schemas);
  const sections = description.tags.filter(({ name }) => operations.some(({ tag }) => tag === name));
  const texts = new Map(
    sections.map((section) => [
      `${kebab(section.name)}.ts`,
      sectionText(
        section,
        operations.filter(({ tag }) => tag === section.name),
        named,
      ),
    ]),
  );
  texts.set('resources.ts', resourcesText(sections.map(({ name }) => name)));
  texts.set('schemas.ts', named.text(description.components.examples));
  const formatted = new Map<string, string>();
  for (const [name, text] of texts) formatted.set(name, await format(origin + text, options));
  return formatted;
}

function replaceFiles(files: Map<string, string>): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(join(folder, name));
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
}

function isCurrent(files: Map<string, string>): boolean {
  const names = readdirSync(folder);
  return (
    names.length === files.size && names.every((name) => readFileSync(join(folder, name), 'utf8') === files.get(name))
  );
}

function resourcesText(tags: string[]): string {
  return `
    import type { Send } from '../send.ts';
    ${tags.map((tag) => `import { ${camel(tag)} } from './${kebab(tag)}.ts';`).join('\n')}

    export const createResources = (send: Send) => ({
      ${tags.map((tag) => `${camel(tag)}: ${camel(tag)}(send),`).join('\n')}
    });

    export type Resources = ReturnType<typeof createResources>;
  `;
}

type Section = { name: string; description?: string };

function sectionText({ name, description }: Section, operations: Operation[], named: NamedTypes): string {
  const names = operations.map(methodName);
  const twice = names.find((one, index) => names.indexOf(one) !== index);
  if (twice) throw new Error(`two operations of ${name} would be ${twice}`);
  const methods = operations.map((operation) => methodText(operation, named)).join('\n\n');
  const used = named
    .names()
    .filter((type) => new RegExp(`\\b${type}\\b`).test(methods.replaceAll(/\/\*\*.*?\*\//g, '')));
  const sent = [
    ...(methods.includes(' Promise<Answer<') ? ['Answer'] : []),
    ...(methods.includes('CallOptions') ? ['CallOptions'] : []),
    'Send',
  ];
  return `
    ${methods.includes('createPages') ? `import { createPages, type Page, type Pages } from '../pages.ts';` : ''}
    ${methods.includes('segment(') ? `import { segment } from '../segment.ts';` : ''}
    import type { ${sent.join(', ')} } from '../send.ts';
    ${used.length > 0 ? `import type { ${used.join(', ')} } from './schemas.ts';` : ''}
    ${comment(description)}export const ${camel(name)} = (send: Send) => ({
      ${methods}
    });
  `;
}

function methodText(operation: Operation, named: NamedTypes): string {
  const { ids, method, path, answer } = operation;
  const input = inputOf(operation, named);
  const address = ids.length > 0 ? `\`${path.replaceAll(/\{(\w+)\}/g, '${segment($1)}')}\`` : `'${path}'`;
  const call = [
    `method: '${method}'`,
    `path: ${address}`,
    ...(input ? [input.name] : []),
    'options',
    ...(answer.kind === 'json' || answer.kind === 'pages' ? [] : [`as: '${answer.kind}'`]),
    ...(isKeyless(operation) ? ['keyless: true'] : []),
  ];
  const parameters = [...ids.map((id) => `${id}: string`), ...(input ? [input.text] : [])];
  const words = comment(`${operation.words}${/[.!?]$/.test(operation.words) ? '' : '.'}`);
  if (answer.kind === 'pages')
    return (
      words + pagesText(operation, { parameters, call, item: named.of(answer.item, `${pascalId(operation)}Item`) })
    );
  const type = answerText(answer, named, `${pascalId(operation)}Answer`);
  const dry = method === 'GET' ? `Promise<${type}>` : `Promise<Answer<${type}, O>>`;
  const own = method === 'GET' ? '' : '<const O extends CallOptions = CallOptions>';
  const options = method === 'GET' ? 'options?: CallOptions' : 'options?: O';
  return `${words}${methodName(operation)}: ${own}(${[...parameters, options].join(', ')}): ${dry} => send({ ${call.join(', ')} }),`;
}

type PagesParts = { parameters: string[]; call: string[]; item: string };

function pagesText(operation: Operation, { parameters, call, item }: PagesParts): string {
  const read = call.map((part) => (part === 'query' ? 'query: { ...query, cursor }' : part));
  const all = operation.query ? read : [...read, 'query: { cursor }'];
  return `${methodName(operation)}: (${[...parameters, 'options?: CallOptions'].join(', ')}): Pages<${item}> =>
    createPages((cursor) => send<Page<${item}>>({ ${all.join(', ')} })),`;
}

/** The body or the query of an operation, as a parameter. */
function inputOf(operation: Operation, named: NamedTypes): { name: string; text: string } | undefined {
  const { body, query } = operation;
  if (body) {
    const type = named.of(body, `${pascalId(operation)}Body`);
    return { name: 'body', text: isOptional(body, named.schemas) ? `body: ${type} = {}` : `body: ${type}` };
  }
  if (!query) return undefined;
  const type = named.of(query, `${pascalId(operation)}Query`);
  return { name: 'query', text: isOptional(query, named.schemas) ? `query: ${type} = {}` : `query: ${type}` };
}

function answerText(answer: Exclude<Answer, { kind: 'pages' }>, named: NamedTypes, name: string): string {
  if (answer.kind === 'json') return named.of(answer.schema, name);
  return { nothing: 'void', text: 'string', response: 'Response' }[answer.kind];
}

function pascalId({ id }: Operation): string {
  return id.replace(/^\w/, (letter) => letter.toUpperCase());
}
