import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

const root = join(import.meta.dirname, '../..');
const main = join(root, 'src/main.ts');

/**
 * What a reader has, for a test: `curl` that fails where it is refused, unless the reader looks at the answer (`-s`), and
 * keeps each answer; `parley`; the parts of `npm` that are not about installing.
 */
const prelude = `
set -u -o pipefail
curl() {
  local quiet='-sS --fail-with-body' argument
  for argument in "$@"; do [ "$argument" = -s ] && quiet=; done
  command curl $quiet "$@" | tee "$(mktemp "$ANSWERS/$TURN-XXXXXXXX")"
}
parley() { '${process.execPath}' '${main}' "$@"; }
npm() {
  case "$1 \${2-}" in
    'ci ') ;; # is done: this runs
    'start ') env > "$STARTED" ;;
    'run parley') shift 3; parley "$@" ;;
    'pack ./client') command npm pack '${root}/client' --pack-destination . --silent ;;
    *) echo "npm $* is not known to this test"; return 1 ;;
  esac
}
`;

export type Shell = Awaited<ReturnType<typeof startShell>>;

/** A shell that keeps its variables from one snippet to the next, in a folder of its own. Ends with the test. */
export async function startShell(t: TestContext, env: Record<string, string>) {
  const directory = await mkdtemp(join(tmpdir(), 'parley-snippets-'));
  const answers = join(directory, 'answers');
  const started = join(directory, 'started');
  await mkdir(answers);
  const child = spawn('bash', ['--noprofile', '--norc'], {
    cwd: directory,
    env: { PATH: process.env['PATH'] ?? '', HOME: directory, ...env, ANSWERS: answers, STARTED: started },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  t.after(async () => {
    child.stdin.end();
    await ended;
    await rm(directory, { recursive: true, force: true });
  });
  let said = '';
  let wake = () => {};
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString();
    wake();
  });
  void ended.then(() => wake());
  child.stdin.write(`${prelude}exec 2>&1\n`);
  let turn = 0;

  /** Runs one command and gives what it said; fails unless it succeeded. */
  async function run(command: string): Promise<string> {
    turn += 1;
    const mark = `done-${turn}-`;
    const from = said.length;
    child.stdin.write(`TURN=${String(turn).padStart(4, '0')}\n${command}\nprintf '\\n${mark}%s\\n' "$?"\n`);
    const pattern = new RegExp(`\\n${mark}(\\d+)\\n`);
    let found: RegExpExecArray | null = null;
    while ((found = pattern.exec(said.slice(from))) === null) {
      assert.equal(child.exitCode, null, `the shell ended with:\n${command}\n${said.slice(from)}`);
      await new Promise<void>((resolve) => (wake = resolve));
    }
    const output = said.slice(from, from + found.index);
    assert.equal(found[1], '0', `${command}\nsaid:\n${output}`);
    return output;
  }

  return {
    directory,
    run,
    /** What was answered as JSON to everything that was asked with curl, in order. */
    answers: () =>
      globSync(join(answers, '*'))
        .toSorted()
        .flatMap((file): unknown[] => {
          const text = readFileSync(file, 'utf8');
          return /^[[{]/.test(text) ? [JSON.parse(text)] : [];
        }),
    /** The environment in which the reader last said `npm start`. */
    startedWith: (): Record<string, string> =>
      Object.fromEntries(
        readFileSync(started, 'utf8')
          .split('\n')
          .filter((line) => line.includes('='))
          .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      ),
  };
}

const kinds = /\b([a-z]{3})_[a-z0-9]{20,}/g;

/** The ids that somebody has seen, so that `mtg_…` in a command can be what a reader would put there: the one seen last. */
export function createMemory(ids: string[] = []) {
  const seen: string[] = [];
  const see = (text: string) => {
    for (const [id] of text.matchAll(kinds)) {
      if (seen.includes(id)) seen.splice(seen.indexOf(id), 1);
      seen.push(id);
    }
  };
  for (const id of ids) see(id);
  return {
    see,
    /** A command with ids in place of its `…`; several of a kind in one command are several ids. */
    fill(command: string): string {
      const used = new Map<string, number>();
      return command.replaceAll(/\b([a-z]{3})_…/g, (placeholder, kind: string) => {
        const known = seen.filter((id) => id.startsWith(`${kind}_`)).toReversed();
        const turn = used.get(kind) ?? 0;
        used.set(kind, turn + 1);
        return known[turn] ?? known[0] ?? placeholder;
      });
    },
  };
}
