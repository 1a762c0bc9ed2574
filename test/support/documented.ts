import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { createApi, type HttpDeps } from '../../src/http/api.ts';
import { describeApi, type OpenApi } from '../../src/http/openapi.ts';

let described: { pattern: RegExp; method: string; path: string }[] | undefined;
let api: OpenApi | undefined;

/** The description of the API, made from the routes as they are. */
export function description(): OpenApi {
  return (api ??= describeApi(createApi({ app: undefined, apps: {} } as HttpDeps)));
}

/** The operation behind an address, as the description calls it; what is answered by fixed words comes first. */
export function operationAt(method: string, path: string): string | undefined {
  described ??= Object.entries(description().paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })))
    .map(({ method, path }) => ({ method, path, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }))
    .toSorted((one, other) => one.path.split('{').length - other.path.split('{').length);
  const found = described.find((one) => one.method === method && one.pattern.test(path));
  return found && `${found.method} ${found.path}`;
}

/** Which refusals (`status code`) the description of an operation names. */
export function refusalsOf(operation: string): Set<string> {
  const [method = '', path = ''] = operation.split(' ');
  const answers = description().paths[path]?.[method.toLowerCase()]?.responses ?? {};
  const codesOf = (text: string) => [...text.matchAll(/#\/components\/(?:responses|examples)\/(\w+)"/g)];
  return new Set(
    Object.entries(answers)
      .filter(([status]) => status.startsWith('4'))
      .flatMap(([status, answer]) => codesOf(JSON.stringify(answer)).map(([, code]) => `${status} ${code}`)),
  );
}

/** Says what is wrong with a refusal (4xx) of the API: not described for its operation, or no problem+json. */
export async function undocumented(request: Request, answer: Response): Promise<string | undefined> {
  if (answer.status < 400 || answer.status > 499) return undefined;
  const operation = operationAt(request.method, new URL(request.url).pathname);
  if (!operation) return undefined;
  if (answer.headers.get('content-type') !== 'application/problem+json')
    return `${operation}: ${answer.status} as another type`;
  const { code } = (await answer.clone().json()) as { code: string };
  return refusalsOf(operation).has(`${answer.status} ${code}`) ? undefined : `${operation}: ${answer.status} ${code}`;
}

/** What was only tried is checked by {@link bodyChecker} as what it would have been. */
export const dryRunSchema = '#/components/schemas/DryRun';

/** Throws for a JSON answer that is not as the description of its operation says. */
export function bodyChecker(): (operation: string, status: number, body: unknown) => void {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema({ ...description(), $id: 'parley' });
  const part = (text: string) => encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));
  const check = (operation: string, status: number, body: unknown): void => {
    const [method, path] = splitName(operation);
    // What was only tried says what it would have answered.
    if (isDryRun(body) && body.answer === null) return;
    if (isDryRun(body)) return check(operation, body.status, body.answer);
    if (!description().paths[path]?.[method]?.responses[status])
      throw new Error(`${operation} is not described to answer ${status}`);
    const at = `/paths/${part(path)}/${method}/responses/${status}/content/${part('application/json')}/schema`;
    const isValid = ajv.getSchema(status >= 400 ? 'parley#/components/schemas/Problem' : `parley#${at}`);
    if (!isValid) throw new Error(`${operation} is not described to answer ${status} with JSON`);
    if (!isValid(body))
      throw new Error(
        `${operation} ${status}: ${ajv.errorsText(isValid.errors)} in ${JSON.stringify(body).slice(0, 1000)}`,
      );
  };
  return check;
}

type DryRun = { dryRun: true; status: number; answer: unknown };

function isDryRun(body: unknown): body is DryRun {
  return typeof body === 'object' && body !== null && (body as { dryRun?: unknown }).dryRun === true;
}

/** The same for an answer of any type as it came. */
export function answerChecker(): (operation: string, answer: Response, text: string) => void {
  const check = bodyChecker();
  return (operation, { status, headers }, text) => {
    const type = headers.get('content-type')?.split(';')[0] ?? '';
    if (type === 'application/json') return check(operation, status, JSON.parse(text));
    const [method, path] = splitName(operation);
    const answer = description().paths[path]?.[method]?.responses[status];
    const types = Object.keys((answer && 'content' in answer && answer.content) || {});
    if (!answer || (type !== '' && !types.includes(type)))
      throw new Error(`${operation} is not described to answer ${status} as ${type}`);
  };
}

function splitName(operation: string): [method: string, path: string] {
  const [method = '', path = ''] = operation.split(' ');
  return [method.toLowerCase(), path];
}
