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
