/** The part of PowerShell that administrators' instructions are written in. */
export type Statement =
  | { kind: 'assign'; name: string; adds: boolean; value: Statement }
  | { kind: 'if'; branches: { condition: Expression; body: Statement[] }[]; otherwise: Statement[] }
  | { kind: 'foreach'; name: string; items: Expression; body: Statement[] }
  | { kind: 'try'; body: Statement[]; onError: Statement[]; always: Statement[] }
  | { kind: 'throw'; value: Expression | undefined; line: number }
  | { kind: 'leave'; value: Statement | undefined }
  | { kind: 'pipeline'; stages: Stage[] };

export type Stage =
  { kind: 'expression'; value: Expression } | { kind: 'command'; name: string; line: number; given: Argument[] };

/** A parameter's name, a value, or with a colon both. */
export type Argument = { parameter?: string; value?: Expression };

export type Expression =
  | { kind: 'literal'; value: string | number }
  | { kind: 'text'; parts: (string | Expression)[] }
  | { kind: 'variable'; name: string }
  | { kind: 'member'; target: Expression; name: string }
  | { kind: 'method'; target: Expression; name: string; given: Expression[] }
  | { kind: 'index'; target: Expression; index: Expression }
  | { kind: 'list'; items: Expression[] }
  | { kind: 'collect'; body: Statement[]; asArray: boolean }
  | { kind: 'table'; entries: { name: Expression; value: Statement }[] }
  | { kind: 'block'; body: Statement[] }
  | { kind: 'cast'; type: string; value: Expression }
  | { kind: 'not'; inner: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression };

/** What a script did wrong, or was refused, in words for the person who pasted it. */
export class ScriptError extends Error {
  override name = 'ScriptError';
  /** The command that failed, when it was one. */
  readonly command: string | undefined;
  readonly line: number | undefined;

  constructor(message: string, at: { command?: string; line?: number } = {}) {
    super(message);
    this.command = at.command;
    this.line = at.line;
  }
}
