import type { Context } from '../context.ts';
import type { Argument, Expression } from './syntax.ts';
import { ScriptError } from './syntax.ts';
import type { Block, Value } from './values.ts';
import { isObject, isTrue, itemsOf, memberOf, toText } from './values.ts';

/** What a running script has: where it is connected to, its variables, and what it said. */
export type Session = {
  context: Context;
  tenantId: string;
  variables: Map<string, Value>;
  output: ({ kind: 'value'; value: Value } | { kind: 'line'; text: string })[];
  /** Runs a script block with `$_`. */
  runBlock: (block: Block, item: Value) => Value[];
};

/** A command as it was called, its parameters bound by name. */
export type Call = {
  session: Session;
  context: Context;
  tenantId: string;
  /** What came through the pipeline. */
  input: Value[];
  has: (name: string) => boolean;
  /** A parameter's value; `null` also when it was not given. */
  value: (name: string) => Value;
  /** As text; `undefined` when it was not given, or is `$null` or empty. */
  text: (name: string) => string | undefined;
  /** Like `text`, and an error without one. */
  required: (name: string) => string;
  list: (name: string) => string[];
  isOn: (name: string) => boolean;
  fail: (message: string) => ScriptError;
};

export type Cmdlet = {
  /** Parameters with a value, those that may come without their names first. */
  values?: readonly string[];
  /** How many of them may come without their names; one, when it does not say. */
  positions?: number;
  switches?: readonly string[];
  /** Takes every parameter and every value: commands that prepare the shell. */
  anything?: true;
  /** Which parameter each object from the pipeline stands for; the command then runs for each. */
  takes?: string;
  run: (call: Call) => Value[] | Value | void;
};

const common = ['erroraction', 'warningaction', 'informationaction', 'errorvariable', 'outvariable'];
const commonSwitches = ['verbose', 'debug', 'confirm', 'force', 'whatif'];

/** Runs a command. Throws a {@link ScriptError} for parameters that it does not have. */
export function runCmdlet(
  session: Session,
  cmdlet: Cmdlet,
  called: { name: string; line: number; given: Argument[]; input: Value[] | undefined },
  evaluate: (expression: Expression) => Value,
): Value[] {
  const bound = bind(cmdlet, called, evaluate);
  try {
    return runBound(session, cmdlet, called, bound);
  } catch (error) {
    const action = toText(bound.get('erroraction') ?? null).toLowerCase();
    if (error instanceof ScriptError && ['silentlycontinue', 'ignore'].includes(action)) return [];
    throw error;
  }
}

/** Once, or for each object that comes through the pipeline. */
function runBound(
  session: Session,
  cmdlet: Cmdlet,
  called: { name: string; line: number; input: Value[] | undefined },
  bound: Map<string, Value>,
): Value[] {
  const { takes } = cmdlet;
  if (takes === undefined || bound.has(takes.toLowerCase()) || called.input === undefined) {
    return run(session, cmdlet, called, bound);
  }
  return called.input.flatMap((item) =>
    run(session, cmdlet, called, new Map([...bound, [takes.toLowerCase(), identityOf(item)]])),
  );
}

function run(
  session: Session,
  cmdlet: Cmdlet,
  called: { name: string; line: number; input: Value[] | undefined },
  bound: Map<string, Value>,
): Value[] {
  const { context } = session;
  const fail = (message: string) => new ScriptError(message, { command: called.name, line: called.line });
  const value = (name: string) => bound.get(name.toLowerCase()) ?? null;
  const text = (name: string) => toText(value(name)).trim() || undefined;
  if (isTrue(bound.get('whatif') ?? null)) {
    session.output.push({ kind: 'line', text: `What if: Performing the operation "${called.name}".` });
    return [];
  }
  const result = cmdlet.run({
    session,
    context,
    tenantId: session.tenantId,
    input: called.input ?? [],
    has: (name) => bound.has(name.toLowerCase()),
    value,
    text,
    required: (name) => {
      const given = text(name);
      if (given !== undefined) return given;
      throw fail(`Cannot process command because of one or more missing mandatory parameters: ${name}.`);
    },
    list: (name) => itemsOf(value(name)).map((one) => toText(one)),
    isOn: (name) => isTrue(value(name)),
    fail,
  });
  return result === undefined ? [] : itemsOf(result);
}

/** Names in any case; values without names take the first places that are free. */
function bind(
  cmdlet: Cmdlet,
  called: { name: string; line: number; given: Argument[] },
  evaluate: (expression: Expression) => Value,
): Map<string, Value> {
  const values = (cmdlet.values ?? []).map((name) => name.toLowerCase());
  const switches = [...(cmdlet.switches ?? []).map((name) => name.toLowerCase()), ...commonSwitches];
  const fail = (message: string) => new ScriptError(message, { command: called.name, line: called.line });
  const bound = new Map<string, Value>();
  const places = values.slice(0, cmdlet.positions ?? 1);
  for (let index = 0; index < called.given.length; index += 1) {
    const { parameter, value } = called.given[index] as Argument;
    if (parameter === undefined) {
      const place = places.find((name) => !bound.has(name));
      if (cmdlet.anything === true) continue;
      if (place === undefined || value === undefined) {
        throw fail(`A positional parameter cannot be found that accepts argument '${shown(value, evaluate)}'.`);
      }
      bound.set(place, evaluate(value));
      continue;
    }
    const name = parameter.toLowerCase();
    if (switches.includes(name)) {
      bound.set(name, value === undefined ? true : evaluate(value));
      continue;
    }
    if (!values.includes(name) && !common.includes(name) && cmdlet.anything !== true) {
      throw fail(`A parameter cannot be found that matches parameter name '${parameter}'.`);
    }
    const next = value ?? called.given[index + 1]?.value;
    const isNamed = value === undefined && called.given[index + 1]?.parameter !== undefined;
    if (next === undefined || isNamed) {
      if (cmdlet.anything === true) continue;
      throw fail(`Missing an argument for parameter '${parameter}'.`);
    }
    if (value === undefined) index += 1;
    bound.set(name, evaluate(next));
  }
  return bound;
}

/** What an object from the pipeline is called. */
function identityOf(item: Value): Value {
  if (!isObject(item)) return item;
  for (const name of ['Identity', 'UserPrincipalName', 'ExternalDirectoryObjectId', 'ObjectId', 'Id', 'Name']) {
    const found = memberOf(item, name);
    if (found !== null) return found;
  }
  return null;
}

function shown(expression: Expression | undefined, evaluate: (expression: Expression) => Value): string {
  return expression === undefined ? '' : toText(evaluate(expression));
}
