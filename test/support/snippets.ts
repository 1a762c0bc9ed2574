import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fenced block of a page. */
export type Snippet = {
  page: string;
  language: string;
  code: string;
  /** Where it stands, for messages: `docs/guides/api.md:17`. */
  at: string;
  /** By which lists name it. */
  firstLine: string;
};

const root = join(import.meta.dirname, '../..');

/** Every page whose snippets are promised to work; new guides are among them by themselves. */
export const pages = [
  'README.md',
  'docs/quick-start.md',
  'docs/concepts.md',
  ...globSync('docs/guides/*.md', { cwd: root }).toSorted(),
];

/** The fenced blocks of a page, also those within lists, without their indentation. */
export function snippetsOf(page: string): Snippet[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^( *)```(\S*)\n([^]*?)^ *```$/gm)].map((found) => {
    const [, indent = '', language = '', body = ''] = found;
    const code = body.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
    const line = text.slice(0, found.index).split('\n').length;
    return { page, language, code, at: `${page}:${line}`, firstLine: code.split('\n')[0] ?? '' };
  });
}

/** The commands of a shell snippet, one by one: bash says where one is complete. */
export function commandsOf(code: string): string[] {
  const commands: string[] = [];
  let pending = '';
  for (const line of code.split('\n')) {
    pending += `${line}\n`;
    if (pending.trim() === '' || line.endsWith('\\') || !isComplete(pending)) continue;
    commands.push(pending);
    pending = '';
  }
  if (pending.trim() !== '') throw new Error(`bash does not understand:\n${pending}`);
  return commands;
}

function isComplete(text: string): boolean {
  return spawnSync('bash', ['-n'], { input: text }).status === 0;
}

/** Whether a snippet only sets settings, as variables of an environment. */
export function isSettings({ code }: Snippet): boolean {
  return code
    .trim()
    .split('\n')
    .every((line) => /^(?:export )?[A-Z]\w*__\w+=/.test(line));
}

/**
 * Whether all names that an example of JSON has are in an answer, at the same places and with values of the same kinds. An
 * example may leave names out.
 */
export function hasShapeOf(answer: unknown, example: unknown): boolean {
  if (Array.isArray(example))
    return Array.isArray(answer) && example.every((one) => answer.some((other) => hasShapeOf(other, one)));
  if (example === null || typeof example !== 'object') {
    return answer === null || example === null || typeof answer === typeof example;
  }
  if (answer === null || typeof answer !== 'object') return false;
  return Object.entries(example).every(
    ([name, value]) => name in answer && hasShapeOf((answer as Record<string, unknown>)[name], value),
  );
}
