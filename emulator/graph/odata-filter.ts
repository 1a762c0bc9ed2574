import { badRequest } from './graph-error.ts';

/** A parsed `$filter`: what the operations evaluate, and what their rules look at. */
export type Expression =
  | { kind: 'and' | 'or'; left: Expression; right: Expression }
  | { kind: 'not'; inner: Expression }
  | { kind: 'compare'; operator: Operator; path: string; value: Literal }
  | { kind: 'in'; path: string; values: Literal[] }
  | { kind: 'call'; name: 'startswith' | 'endswith' | 'contains'; path: string; value: string }
  | { kind: 'any'; path: string; variable: string; inner: Expression };

export type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
export type Literal = string | number | boolean | null;

type Token = { type: 'word' | 'string' | 'symbol'; text: string };

/** Parses a `$filter`; 400 for what is not OData. */
export function parseFilter(text: string): Expression {
  const parser = new Parser(tokenize(text));
  const expression = parser.or();
  parser.end();
  return expression;
}

/** Every operator and function used, with its property path: what support depends on. */
export function usesOf(expression: Expression, prefix = ''): { operator: string; path: string }[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return [...usesOf(expression.left, prefix), ...usesOf(expression.right, prefix)];
    case 'not':
      return [{ operator: 'not', path: '' }, ...usesOf(expression.inner, prefix)];
    case 'compare':
      return [{ operator: expression.operator, path: prefixed(prefix, expression.path) }];
    case 'in':
      return [{ operator: 'in', path: prefixed(prefix, expression.path) }];
    case 'call':
      return [{ operator: expression.name, path: prefixed(prefix, expression.path) }];
    case 'any':
    default:
      return usesOf(expression.inner, `${expression.path}/`).map((use) => ({
        ...use,
        path: withoutVariable(use.path, expression),
      }));
  }
}

/** Whether an object satisfies a filter; `compare` says how two values of a path relate. */
export function satisfies(
  target: Record<string, unknown>,
  expression: Expression,
  compare: (left: unknown, right: Literal, path: string) => number | undefined,
): boolean {
  switch (expression.kind) {
    case 'and':
      return satisfies(target, expression.left, compare) && satisfies(target, expression.right, compare);
    case 'or':
      return satisfies(target, expression.left, compare) || satisfies(target, expression.right, compare);
    case 'not':
      return !satisfies(target, expression.inner, compare);
    case 'compare':
      return holds(expression.operator, compare(valueAt(target, expression.path), expression.value, expression.path));
    case 'in': {
      const value = valueAt(target, expression.path);
      return expression.values.some((candidate) => compare(value, candidate, expression.path) === 0);
    }
    case 'call':
      return textHolds(expression.name, valueAt(target, expression.path), expression.value);
    case 'any':
    default:
      return elementsAt(target, expression.path).some((element) =>
        satisfies({ [expression.variable]: element }, expression.inner, compare),
      );
  }
}

/** Directory strings compare without regard to case. */
export function compareIgnoringCase(left: unknown, right: Literal): number | undefined {
  if (typeof left === 'string' && typeof right === 'string') return order(left.toLowerCase(), right.toLowerCase());
  return compareExactly(left, right);
}

/** Values of one type compare; values of two types do not. */
export function compareExactly(left: unknown, right: Literal): number | undefined {
  if (left === undefined || left === null || right === null) return (left ?? null) === right ? 0 : undefined;
  if (typeof left !== typeof right) return undefined;
  return order(left as string | number, right as string | number);
}

/** The 400 for a `$filter` that cannot be read. */
export function invalidFilter(detail: string): Error {
  return badRequest(`Invalid filter clause: ${detail}`);
}

class Parser {
  readonly #tokens: Token[];
  #at = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  or(): Expression {
    let left = this.#and();
    while (this.#takeWord('or')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  end(): void {
    const token = this.#tokens[this.#at];
    if (token !== undefined) throw invalidFilter(`Syntax error at '${token.text}'.`);
  }

  #and(): Expression {
    let left = this.#unary();
    while (this.#takeWord('and')) left = { kind: 'and', left, right: this.#unary() };
    return left;
  }

  #unary(): Expression {
    if (this.#takeWord('not')) return { kind: 'not', inner: this.#unary() };
    if (this.#takeSymbol('(')) {
      const inner = this.or();
      this.#expectSymbol(')');
      return inner;
    }
    return this.#term();
  }

  #term(): Expression {
    const word = this.#word();
    if (this.#takeSymbol('(')) return this.#afterParenthesis(word);
    if (this.#takeWord('in')) return { kind: 'in', path: word, values: this.#list() };
    const operator = this.#word().toLowerCase();
    if (!isOperator(operator)) throw invalidFilter(`Syntax error: unknown operator '${operator}'.`);
    return { kind: 'compare', operator, path: word, value: this.#literal() };
  }

  #afterParenthesis(word: string): Expression {
    const any = /^(.+)\/any$/i.exec(word)?.[1];
    if (any !== undefined) return this.#any(any);
    const name = word.toLowerCase();
    if (name !== 'startswith' && name !== 'endswith' && name !== 'contains') {
      throw invalidFilter(`An unknown function with name '${word}' was found.`);
    }
    const path = this.#word();
    this.#expectSymbol(',');
    const value = this.#literal();
    this.#expectSymbol(')');
    if (typeof value !== 'string') throw invalidFilter(`'${name}' takes a string.`);
    return { kind: 'call', name, path, value };
  }

  #any(path: string): Expression {
    const variable = this.#word();
    this.#expectSymbol(':');
    const inner = this.or();
    this.#expectSymbol(')');
    return { kind: 'any', path, variable, inner };
  }

  #list(): Literal[] {
    this.#expectSymbol('(');
    const values = [this.#literal()];
    while (this.#takeSymbol(',')) values.push(this.#literal());
    this.#expectSymbol(')');
    return values;
  }

  #literal(): Literal {
    const token = this.#next();
    if (token.type === 'string') return token.text;
    if (token.text === 'true' || token.text === 'false') return token.text === 'true';
    if (token.text === 'null') return null;
    return /^-?\d+(\.\d+)?$/.test(token.text) ? Number(token.text) : token.text;
  }

  #word(): string {
    const token = this.#next();
    if (token.type !== 'word') throw invalidFilter(`Syntax error at '${token.text}'.`);
    return token.text;
  }

  #next(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw invalidFilter('Expression expected at the end.');
    this.#at += 1;
    return token;
  }

  #takeWord(word: string): boolean {
    return this.#take('word', word);
  }

  #takeSymbol(symbol: string): boolean {
    return this.#take('symbol', symbol);
  }

  #take(type: Token['type'], text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.type !== type || token.text.toLowerCase() !== text) return false;
    this.#at += 1;
    return true;
  }

  #expectSymbol(symbol: string): void {
    if (!this.#takeSymbol(symbol)) throw invalidFilter(`'${symbol}' expected.`);
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s+|'((?:[^']|'')*)'|([(),]|:(?!\d))|([^\s(),':]+(?::\d[^\s(),']*)?)/gy;
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    end = match.index + match[0].length;
    if (match[1] !== undefined) tokens.push({ type: 'string', text: match[1].replaceAll("''", "'") });
    else if (match[2] !== undefined) tokens.push({ type: 'symbol', text: match[2] });
    else if (match[3] !== undefined) tokens.push({ type: 'word', text: match[3] });
  }
  if (end < text.length) throw invalidFilter(`There is an unterminated literal at position ${end} in '${text}'.`);
  return tokens;
}

function isOperator(text: string): text is Operator {
  return ['eq', 'ne', 'gt', 'ge', 'lt', 'le'].includes(text);
}

function holds(operator: Operator, relation: number | undefined): boolean {
  if (operator === 'ne') return relation !== 0;
  if (relation === undefined) return false;
  return { eq: relation === 0, gt: relation > 0, ge: relation >= 0, lt: relation < 0, le: relation <= 0 }[operator];
}

function textHolds(name: 'startswith' | 'endswith' | 'contains', value: unknown, wanted: string): boolean {
  if (typeof value !== 'string') return false;
  const text = value.toLowerCase();
  const part = wanted.toLowerCase();
  if (name === 'startswith') return text.startsWith(part);
  return name === 'endswith' ? text.endsWith(part) : text.includes(part);
}

function valueAt(target: Record<string, unknown>, path: string): unknown {
  let value: unknown = target;
  for (const segment of path.split('/')) {
    value = (value as Record<string, unknown> | null | undefined)?.[segment];
  }
  return value;
}

function elementsAt(target: Record<string, unknown>, path: string): unknown[] {
  const value = valueAt(target, path);
  return Array.isArray(value) ? value : [];
}

function prefixed(prefix: string, path: string): string {
  return prefix + path;
}

function withoutVariable(path: string, any: { path: string; variable: string }): string {
  const rest = path.slice(any.path.length + 1);
  if (rest === any.variable) return any.path;
  return `${any.path}/${rest.replace(new RegExp(`^${any.variable}/`), '')}`;
}

function order(left: string | number, right: string | number): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
