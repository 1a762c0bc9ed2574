import { Source } from './source.ts';
import type { Argument, Expression, Stage, Statement } from './syntax.ts';

/** Parses a script. Throws a {@link ScriptError} for what this window does not understand. */
export function parseScript(text: string): Statement[] {
  const source = new Source(text);
  const statements = parseStatements(source, '');
  if (!source.atEnd) throw source.fault(`Unexpected '${source.peek()}'.`);
  return statements;
}

/** Statements up to a closing character, which is left unread. */
function parseStatements(source: Source, end: string): Statement[] {
  const statements: Statement[] = [];
  for (;;) {
    while (source.match(/;/) !== undefined || skipped(source)) continue;
    if (source.atEnd || (end !== '' && source.peek() === end)) return statements;
    statements.push(parseStatement(source));
    source.skip(false);
    if (!source.atEnd && source.peek() !== end && !source.sees(/[;\n]/)) {
      throw source.fault(`Unexpected '${source.text.slice(source.at, source.at + 20).split('\n')[0]}'.`);
    }
  }
}

/** One statement. */
function parseStatement(source: Source): Statement {
  source.skip(true);
  const keyword = source.match(/(if|foreach|try|throw|return|exit)(?=[\s({;}]|$)/i)?.[1]?.toLowerCase();
  if (keyword !== undefined) return parseKeyword(source, keyword);
  const unknown = source.match(
    /(function|filter|while|for|do|switch|param|class|using|trap|begin|process)(?=[\s({]|$)/i,
  );
  if (unknown !== undefined) throw source.fault(`'${unknown[1]}' is more than this window understands.`);
  const assigned = source.match(/\$(?:(?:script|global|local):)?(\w+)[^\S\n]*(\+?=)(?!=)/i);
  if (assigned?.[1] !== undefined) {
    const value = parseStatement(source);
    return { kind: 'assign', name: assigned[1].toLowerCase(), adds: assigned[2] === '+=', value };
  }
  return { kind: 'pipeline', stages: parsePipeline(source) };
}

function skipped(source: Source): boolean {
  const before = source.at;
  source.skip(true);
  return source.at > before;
}

function parseKeyword(source: Source, keyword: string): Statement {
  const { line } = source;
  if (keyword === 'if') return parseIf(source);
  if (keyword === 'foreach') return parseForeach(source);
  if (keyword === 'try') return parseTry(source);
  source.skip(false);
  const isAlone = source.atEnd || source.sees(/[;\n}]/);
  if (keyword === 'throw') return { kind: 'throw', value: isAlone ? undefined : parseExpression(source), line };
  return { kind: 'leave', value: isAlone ? undefined : parseStatement(source) };
}

function parseIf(source: Source): Statement {
  const branches = [{ condition: parseCondition(source), body: parseBody(source) }];
  for (;;) {
    const before = source.at;
    source.skip(true);
    if (source.match(/elseif\b/i) !== undefined) {
      branches.push({ condition: parseCondition(source), body: parseBody(source) });
    } else if (source.match(/else\b/i) !== undefined) {
      return { kind: 'if', branches, otherwise: parseBody(source) };
    } else {
      source.at = before;
      return { kind: 'if', branches, otherwise: [] };
    }
  }
}

function parseCondition(source: Source) {
  source.skip(true);
  source.expect('(');
  const body = parseStatements(source, ')');
  source.expect(')');
  return { kind: 'collect', body, asArray: false } as const;
}

function parseForeach(source: Source): Statement {
  source.skip(true);
  source.expect('(');
  source.skip(true);
  const name = source.match(/\$(\w+)/)?.[1]?.toLowerCase();
  source.skip(true);
  if (name === undefined || source.match(/in\b/i) === undefined) throw source.fault("'foreach' needs '($x in $list)'.");
  const body = parseStatements(source, ')');
  source.expect(')');
  return { kind: 'foreach', name, items: { kind: 'collect', body, asArray: true }, body: parseBody(source) };
}

function parseTry(source: Source): Statement {
  const body = parseBody(source);
  let onError: Statement[] | undefined;
  let always: Statement[] = [];
  for (;;) {
    const before = source.at;
    source.skip(true);
    if (source.match(/catch\b\s*(\[[\w.]+\]\s*)?/i) !== undefined) onError = parseBody(source);
    else if (source.match(/finally\b/i) !== undefined) always = parseBody(source);
    else {
      source.at = before;
      break;
    }
  }
  return { kind: 'try', body, onError: onError ?? [{ kind: 'throw', value: undefined, line: source.line }], always };
}

/** `{ … }`. */
function parseBody(source: Source): Statement[] {
  source.skip(true);
  source.expect('{');
  const body = parseStatements(source, '}');
  source.expect('}');
  return body;
}

function parsePipeline(source: Source): Stage[] {
  const stages = [parseStage(source, true)];
  for (;;) {
    source.skip(false);
    if (source.take('||') || source.take('&&'))
      throw source.fault("'&&' and '||' are more than this window understands.");
    if (!source.take('|')) return stages;
    source.skip(true);
    stages.push(parseStage(source, false));
  }
}

function parseStage(source: Source, isFirst: boolean): Stage {
  const { line } = source;
  if (source.sees(/[&.]\s/)) throw source.fault("'&' and '.' are more than this window understands.");
  const name = source.match(/[A-Za-z][\w-]*(?=[\s;|)}]|$)|[%?](?=[\s{])/)?.[0];
  if (name !== undefined) return { kind: 'command', name, line, given: parseArguments(source) };
  if (!isFirst) throw source.fault('After | a command is needed.');
  return { kind: 'expression', value: parseExpression(source) };
}

function parseArguments(source: Source): Argument[] {
  const given: Argument[] = [];
  for (;;) {
    source.skip(false);
    if (source.atEnd || source.sees(/[\n;|)}]/)) return given;
    if (source.sees(/\d?>|</)) throw source.fault('Redirection is more than this window understands.');
    given.push(parseArgument(source));
  }
}

function parseArgument(source: Source): Argument {
  if (source.atDash()) {
    const before = source.at;
    source.at += 1;
    const parameter = source.match(/[A-Za-z]\w*/)?.[0];
    if (parameter !== undefined) {
      if (!source.take(':')) return { parameter };
      source.skip(false);
      return { parameter, value: parseOperand(source, 'argument') };
    }
    source.at = before;
  }
  return { value: parseOperand(source, 'argument') };
}

const logical = ['and', 'or', 'xor'];
const comparing =
  'eq ne gt ge lt le like notlike match notmatch contains notcontains in notin join split replace f'.split(' ');
const caseVariants = comparing.flatMap((name) => [name, `c${name}`, `i${name}`]);

/** An expression with its operators, the loosest ones outermost. */
function parseExpression(source: Source): Expression {
  return binary(source, logical, () => binary(source, caseVariants, () => sum(source)));
}

/** Values with commas between them. In a command's arguments words need no quotes. */
function parseOperand(source: Source, mode: 'argument' | 'expression'): Expression {
  const first = unary(source, mode);
  const items = [first];
  for (;;) {
    const before = source.at;
    source.skip(false);
    if (!source.take(',')) {
      source.at = before;
      return items.length === 1 ? first : { kind: 'list', items };
    }
    source.skip(true);
    items.push(unary(source, mode));
  }
}

function binary(source: Source, operators: readonly string[], operand: () => Expression): Expression {
  let left = operand();
  for (;;) {
    const before = source.at;
    source.skip(false);
    const operator = source.operator(operators);
    if (operator === undefined) {
      source.at = before;
      return left;
    }
    source.skip(true);
    left = { kind: 'binary', operator, left, right: operand() };
  }
}

function sum(source: Source): Expression {
  let left = parseOperand(source, 'expression');
  for (;;) {
    const before = source.at;
    source.skip(false);
    if (source.match(/\+(?!=)/) === undefined) {
      source.at = before;
      return left;
    }
    source.skip(true);
    left = { kind: 'binary', operator: '+', left, right: parseOperand(source, 'expression') };
  }
}

function unary(source: Source, mode: 'argument' | 'expression'): Expression {
  source.skip(false);
  if (mode === 'expression' && (source.take('!') || source.operator(['not']) !== undefined)) {
    return { kind: 'not', inner: unary(source, mode) };
  }
  const called = source.match(/\[([\w.]+)\]::(\w+)\(/);
  if (called !== undefined) {
    const name = `${called[1]}::${called[2]}`.toLowerCase();
    return postfix(source, { kind: 'method', target: { kind: 'literal', value: '' }, name, given: givenTo(source) });
  }
  const type = mode === 'expression' ? source.match(/\[([\w.]+(?:\[\])?)\](?!::)/)?.[1] : undefined;
  if (type !== undefined) return { kind: 'cast', type: type.toLowerCase(), value: unary(source, mode) };
  return postfix(source, primary(source, mode));
}

function postfix(source: Source, target: Expression): Expression {
  const name = source.match(/\??\.([A-Za-z_]\w*)/)?.[1];
  if (name !== undefined) {
    if (!source.take('(')) return postfix(source, { kind: 'member', target, name });
    const given = givenTo(source);
    return postfix(source, { kind: 'method', target, name: name.toLowerCase(), given });
  }
  if (source.peek() !== '[') return target;
  source.expect('[');
  source.skip(true);
  const index = parseExpression(source);
  source.skip(true);
  source.expect(']');
  return postfix(source, { kind: 'index', target, index });
}

/** What stands between the parentheses of a method. */
function givenTo(source: Source): Expression[] {
  source.skip(true);
  const given = source.peek() === ')' ? [] : listItems(parseOperand(source, 'expression'));
  source.skip(true);
  source.expect(')');
  return given;
}

function listItems(expression: Expression): Expression[] {
  return expression.kind === 'list' ? expression.items : [expression];
}

function primary(source: Source, mode: 'argument' | 'expression'): Expression {
  if (source.atSingleQuote()) return { kind: 'literal', value: singleQuoted(source) };
  if (source.atDoubleQuote()) return { kind: 'text', parts: doubleQuoted(source) };
  if (source.sees(/@["']/)) throw source.fault('Here-strings are more than this window understands.');
  if (source.sees(/@\w/)) throw source.fault('Splatting is more than this window understands.');
  if (source.take('@(')) return collected(source, true);
  if (source.take('@{')) return table(source);
  if (source.take('(') || source.take('$(')) return collected(source, false);
  if (source.peek() === '{') return { kind: 'block', body: parseBody(source) };
  const variable = source.match(/\$(?:(?:script|global|local|env):)?(\w+|\{[^}]+\}|[?^$])/i)?.[1];
  if (variable !== undefined) return { kind: 'variable', name: variable.replace(/^\{|\}$/g, '').toLowerCase() };
  const number = source.match(/-?\d+(?:\.\d+)?(?=[\s,;|)}\]]|$)/)?.[0];
  if (number !== undefined) return { kind: 'literal', value: Number(number) };
  const word = mode === 'argument' ? source.match(/[^\s,;|(){}'"`$&<>\u2018-\u201e]+/)?.[0] : undefined;
  if (word !== undefined) return { kind: 'literal', value: word };
  const found = source.atEnd ? 'the script ends' : `'${source.peek()}' stands`;
  throw source.fault(`A value is missing: ${found} there.`);
}

function collected(source: Source, asArray: boolean): Expression {
  const body = parseStatements(source, ')');
  source.expect(')');
  return { kind: 'collect', body, asArray };
}

function table(source: Source): Expression {
  const entries: Extract<Expression, { kind: 'table' }>['entries'] = [];
  for (;;) {
    source.skip(true);
    while (source.take(';')) source.skip(true);
    if (source.take('}')) return { kind: 'table', entries };
    const name = source.match(/[A-Za-z_]\w*/)?.[0];
    const key = name === undefined ? primary(source, 'expression') : ({ kind: 'literal', value: name } as const);
    source.skip(true);
    source.expect('=');
    entries.push({ name: key, value: parseStatement(source) });
    source.skip(false);
  }
}

/** A quote within is written twice. */
function singleQuoted(source: Source): string {
  const { line } = source;
  source.at += 1;
  let value = '';
  while (!source.atEnd) {
    if (source.atSingleQuote()) {
      if (!source.atSingleQuote(1)) {
        source.at += 1;
        return value;
      }
      source.at += 1;
    }
    value += source.peek();
    source.at += 1;
  }
  throw source.fault(`The string that starts in line ${line} has no end.`);
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', '0': '\0', '\n': '' };

/** `$name`, `${name}` and `$( … )` within stand for their values; a backtick takes the meaning from what follows. */
function doubleQuoted(source: Source): (string | Expression)[] {
  const { line } = source;
  source.at += 1;
  const parts: (string | Expression)[] = [];
  while (!source.atEnd) {
    if (source.atDoubleQuote() && !source.atDoubleQuote(1)) {
      source.at += 1;
      return parts;
    }
    if (source.sees(/\$(\w|\{|\()/)) {
      parts.push(primary(source, 'expression'));
      continue;
    }
    const isEscaped = source.peek() === '`';
    if (isEscaped || source.atDoubleQuote()) source.at += 1;
    parts.push(isEscaped ? (escapes[source.peek()] ?? source.peek()) : source.peek());
    source.at += 1;
  }
  throw source.fault(`The string that starts in line ${line} has no end.`);
}
