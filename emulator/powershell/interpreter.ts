import type { Cmdlet, Session } from './cmdlet.ts';
import { runCmdlet } from './cmdlet.ts';
import { applyOperator, callMethod } from './operators.ts';
import type { Expression, Stage, Statement } from './syntax.ts';
import { ScriptError } from './syntax.ts';
import type { Value } from './values.ts';
import { Block, isObject, isTrue, itemsOf, memberOf, together, toText } from './values.ts';

type Out = (values: Value[]) => void;

/** Ends the script: `return` and `exit`. */
class Leave extends Error {
  override name = 'Leave';
  readonly values: Value[];

  constructor(values: Value[]) {
    super('The script is over.');
    this.values = values;
  }
}

/** Runs statements one after another; what they leave goes to the session's output. */
export function runStatements(session: Session, cmdlets: ReadonlyMap<string, Cmdlet>, statements: Statement[]): void {
  const interpreter = new Interpreter(session, cmdlets);
  try {
    for (const statement of statements) interpreter.run(statement, interpreter.show);
  } catch (error) {
    if (!(error instanceof Leave)) throw error;
    interpreter.show(error.values);
  }
}

class Interpreter {
  readonly #session: Session;
  readonly #cmdlets: ReadonlyMap<string, Cmdlet>;

  constructor(session: Session, cmdlets: ReadonlyMap<string, Cmdlet>) {
    this.#session = session;
    this.#cmdlets = cmdlets;
    session.runBlock = (block, item) => this.#withItem(item, () => this.#runAll(block.body));
  }

  readonly show = (values: Value[]): void => {
    for (const value of values) this.#session.output.push({ kind: 'value', value });
  };

  /** Hands results on as they come, so that lines which are written between them keep their place. */
  run(statement: Statement, out: Out): void {
    switch (statement.kind) {
      case 'pipeline':
        return out(this.#pipeline(statement.stages));
      case 'assign':
        return this.#assign(statement);
      case 'if':
        return this.#if(statement, out);
      case 'foreach':
        for (const item of itemsOf(this.#evaluate(statement.items))) {
          this.#session.variables.set(statement.name, item);
          for (const inner of statement.body) this.run(inner, out);
        }
        return undefined;
      case 'try':
        return this.#try(statement, out);
      case 'throw': {
        const value =
          statement.value === undefined ? (this.#session.variables.get('_') ?? null) : this.#evaluate(statement.value);
        throw new ScriptError(toText(isObject(value) ? memberOf(value, 'Message') : value) || 'ScriptHalted', {
          line: statement.line,
        });
      }
      case 'leave':
      default:
        throw new Leave(statement.value === undefined ? [] : this.#runAll([statement.value]));
    }
  }

  #runAll(body: Statement[]): Value[] {
    const values: Value[] = [];
    for (const statement of body) this.run(statement, (more) => void values.push(...more));
    return values;
  }

  #assign({ name, adds, value }: Extract<Statement, { kind: 'assign' }>): void {
    const { variables } = this.#session;
    const assigned = together(this.#runAll([value]));
    variables.set(name, adds ? applyOperator('+', variables.get(name) ?? null, assigned) : assigned);
  }

  #if({ branches, otherwise }: Extract<Statement, { kind: 'if' }>, out: Out): void {
    const chosen = branches.find(({ condition }) => isTrue(this.#evaluate(condition)));
    for (const statement of chosen?.body ?? otherwise) this.run(statement, out);
  }

  #try({ body, onError, always }: Extract<Statement, { kind: 'try' }>, out: Out): void {
    try {
      for (const statement of body) this.run(statement, out);
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      const caught = { Message: error.message, Exception: { Message: error.message } };
      out(this.#withItem(caught, () => this.#runAll(onError)));
    } finally {
      for (const statement of always) this.run(statement, out);
    }
  }

  #withItem(item: Value, work: () => Value[]): Value[] {
    const { variables } = this.#session;
    const before = variables.get('_') ?? null;
    variables.set('_', item);
    try {
      return work();
    } finally {
      variables.set('_', before);
    }
  }

  #pipeline(stages: Stage[]): Value[] {
    let values: Value[] | undefined;
    for (const stage of stages) values = this.#stage(stage, values);
    return values ?? [];
  }

  #stage(stage: Stage, input: Value[] | undefined): Value[] {
    if (stage.kind === 'expression') return itemsOf(this.#evaluate(stage.value));
    const cmdlet = this.#cmdlets.get(stage.name.toLowerCase());
    if (cmdlet !== undefined) {
      return runCmdlet(this.#session, cmdlet, { ...stage, input }, (expression) => this.#evaluate(expression));
    }
    throw new ScriptError(
      `The term '${stage.name}' is not recognized as a name of a cmdlet, function, script file, or executable program.`,
      { command: stage.name, line: stage.line },
    );
  }

  #evaluate(expression: Expression): Value {
    switch (expression.kind) {
      case 'literal':
        return expression.value;
      case 'text':
        return expression.parts
          .map((part) => (typeof part === 'string' ? part : toText(this.#evaluate(part))))
          .join('');
      case 'variable':
        return this.#variable(expression.name);
      case 'member':
        return memberOf(this.#evaluate(expression.target), expression.name);
      case 'method':
        return callMethod(
          this.#evaluate(expression.target),
          expression.name,
          expression.given.map((one) => this.#evaluate(one)),
        );
      case 'index':
        return this.#index(expression);
      case 'list':
        return expression.items.flatMap((item) => {
          const value = this.#evaluate(item);
          return Array.isArray(value) ? value : [value];
        });
      case 'collect': {
        const values = this.#runAll(expression.body);
        return expression.asArray ? values : together(values);
      }
      case 'table':
        return Object.fromEntries(
          expression.entries.map(({ name, value }) => [toText(this.#evaluate(name)), together(this.#runAll([value]))]),
        );
      case 'block':
        return new Block(expression.body);
      case 'cast':
        return this.#cast(expression);
      case 'not':
        return !isTrue(this.#evaluate(expression.inner));
      case 'binary':
      default:
        return this.#binary(expression);
    }
  }

  #variable(name: string): Value {
    if (name === 'true' || name === 'false') return name === 'true';
    return name === 'null' ? null : (this.#session.variables.get(name) ?? null);
  }

  #index({ target, index }: Extract<Expression, { kind: 'index' }>): Value {
    const value = this.#evaluate(target);
    const at = this.#evaluate(index);
    if (typeof at !== 'number') return memberOf(value, toText(at));
    return itemsOf(value).at(at) ?? null;
  }

  #cast({ type, value }: Extract<Expression, { kind: 'cast' }>): Value {
    const given = this.#evaluate(value);
    if (type === 'string') return toText(given);
    if (type === 'bool') return isTrue(given);
    if (type === 'int') return Number(toText(given));
    if (type.endsWith('[]') || type === 'array') return itemsOf(given);
    if (['pscustomobject', 'ordered', 'hashtable', 'guid', 'psobject'].includes(type)) return given;
    if (type === 'void') return null;
    throw new ScriptError(`The type [${type}] is more than this window understands.`);
  }

  #binary({ operator, left, right }: Extract<Expression, { kind: 'binary' }>): Value {
    const first = this.#evaluate(left);
    // What decides already leaves the other side alone.
    if (operator === 'and' && !isTrue(first)) return false;
    if (operator === 'or' && isTrue(first)) return true;
    return applyOperator(operator, first, this.#evaluate(right));
  }
}
