import { ScriptError } from './syntax.ts';

/** PowerShell takes typographic quotes and dashes for plain ones. */
const singleQuotes = "'\u2018\u2019\u201a\u201b";
const doubleQuotes = '"\u201c\u201d\u201e';
const dashes = '-\u2013\u2014\u2015';

/** A script, and how far it was read. */
export class Source {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text.replaceAll('\r\n', '\n');
  }

  get line(): number {
    return this.text.slice(0, this.at).split('\n').length;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The next character; empty at the end. */
  peek(offset = 0): string {
    return this.text[this.at + offset] ?? '';
  }

  atSingleQuote(offset = 0): boolean {
    return this.peek(offset) !== '' && singleQuotes.includes(this.peek(offset));
  }

  atDoubleQuote(offset = 0): boolean {
    return this.peek(offset) !== '' && doubleQuotes.includes(this.peek(offset));
  }

  atDash(): boolean {
    return this.peek() !== '' && dashes.includes(this.peek());
  }

  /** Reads what the pattern matches from here on. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    const sticky = new RegExp(pattern.source, `${pattern.flags.replace('y', '')}y`);
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text) ?? undefined;
    if (found !== undefined) this.at += found[0].length;
    return found;
  }

  /** Whether the pattern matches from here on; reads nothing. */
  sees(pattern: RegExp): boolean {
    const before = this.at;
    const found = this.match(pattern) !== undefined;
    this.at = before;
    return found;
  }

  take(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  expect(text: string): void {
    if (this.take(text)) return;
    const found = this.atEnd ? 'the script ends' : `'${this.text.slice(this.at, this.at + 20).split('\n')[0]}' stands`;
    throw this.fault(`Missing '${text}': ${found} there.`);
  }

  /** Skips blanks, continued lines and comments; with `lines` also ends of lines. */
  skip(lines: boolean): void {
    const pattern = lines ? /(?:\s|`\n|#[^\n]*|<#[\s\S]*?#>)+/ : /(?:[^\S\n]|`\n|#[^\n]*|<#[\s\S]*?#>)+/;
    this.match(pattern);
  }

  /** An operator such as `-eq`, spelled with any dash. */
  operator(names: readonly string[]): string | undefined {
    if (!this.atDash()) return undefined;
    const before = this.at;
    this.at += 1;
    const name = this.match(/[A-Za-z]+/)?.[0].toLowerCase();
    if (name !== undefined && names.includes(name)) return name;
    this.at = before;
    return undefined;
  }

  fault(message: string): ScriptError {
    return new ScriptError(message, { line: this.line });
  }
}
