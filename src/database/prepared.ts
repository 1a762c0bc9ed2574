import { createHash } from 'node:crypto';
import { Client } from 'pg';

/** PostgreSQL keeps prepared statements for each connection; texts beyond so many are rare ones and are not kept. */
const mostStatements = 500;
const names = new Map<string, string>();

/**
 * A client that prepares each statement with parameters once per connection: the same few texts run all day, and to
 * parse and plan them takes longer than to run them.
 */
export class PreparingClient extends Client {
  // pg declares a dozen overloads of `query`; this one stands in front of all of them and changes one.
  override query(...args: unknown[]): never {
    const [text, values, ...rest] = args;
    const run = super.query.bind(this) as (...all: unknown[]) => unknown;
    const name =
      typeof text === 'string' && Array.isArray(values) && values.length > 0 ? statementName(text) : undefined;
    if (name === undefined) return run(...args) as never;
    const result = run({ name, text, values }, ...rest);
    if (result instanceof Promise) result.catch((error: unknown) => this.#endIfStale(error));
    return result as never;
  }

  /** After a migration a prepared plan may not fit its table any more: the pool then opens a new connection. */
  #endIfStale(error: unknown): void {
    const { code, message } = error as { code?: string; message?: string };
    if (code === '0A000' && message?.includes('cached plan')) void this.end();
  }
}

function statementName(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= mostStatements) return known;
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  names.set(text, name);
  return name;
}
