import { execFile, type SpawnOptions } from 'node:child_process';
import { lstat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Programs } from './programs.ts';

type Owner = { uid: number; gid: number };

type Command = { file: string; args: string[]; options: SpawnOptions };

/** How programs of PostgreSQL are run: as ourselves or, since they refuse to run as root, as an unprivileged user. */
export type Runner = {
  /** The user that must own the data, when that is not who we are. */
  owner: Owner | undefined;
  command(program: string, args: string[]): Command;
  /** Runs a program to its end. Throws with what it printed when it fails. */
  run(program: string, args: string[]): Promise<void>;
};

const nobody: Owner = { uid: 65534, gid: 65534 };

/** Nothing of ours: `PGPORT`, `PGDATA` and the like must not reach the server, nor secrets its processes. */
const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/**
 * Decides how to run PostgreSQL on a data directory. As root: as the user who owns the data, or `nobody`. Where that
 * user cannot reach the programs or the data, as below a closed home directory, it gets the one capability that it
 * takes to read past closed directories. Throws when nothing works, and says what would.
 */
export async function findRunner({ programs, directory }: { programs: Programs; directory: string }): Promise<Runner> {
  const me = userInfo().uid;
  const owner = await ownerOf(join(directory, 'postgres'));
  if (me !== 0) {
    if (owner === undefined || owner.uid === me) return createRunner(undefined, direct);
    throw new Error(
      `${join(directory, 'postgres')} belongs to user ${owner.uid}, but Parley runs as user ${me}. Run it as the same ` +
        `user as before (root, if that was root), or give the directory away with “chown -R”.`,
    );
  }
  const user = owner === undefined || owner.uid === 0 ? nobody : owner;
  for (const wrap of [plain(user), withCapability(user, 'dac_read_search'), withCapability(user, 'dac_override')]) {
    const runner = createRunner(user, wrap);
    if (await reaches(runner, programs, directory)) return runner;
  }
  throw new Error(
    `PostgreSQL does not run as root, and user ${user.uid} can reach ${programs.postgres} or ${directory} neither by ` +
      `itself nor with setpriv. Put Parley and its data where other users may enter (chmod o+x), start Parley as ` +
      `another user, or set Database__Url.`,
  );
}

type Wrap = (program: string, args: string[]) => Command;

function createRunner(owner: Owner | undefined, wrap: Wrap): Runner {
  const execute = promisify(execFile);
  return {
    owner,
    command: wrap,
    async run(program, args) {
      const { file, args: all, options } = wrap(program, args);
      await execute(file, all, { ...options, encoding: 'utf8' });
    },
  };
}

// Not our working directory: it may be one that the other user cannot be in.
const base: SpawnOptions = { env: environment, cwd: tmpdir() };

const direct: Wrap = (file, args) => ({ file, args, options: base });

function plain(user: Owner): Wrap {
  return (file, args) => ({ file, args, options: { ...base, ...user } });
}

/**
 * `no_setuid_fixup` because PostgreSQL asks access(2) whether it may run its own programs, and access(2) leaves out the
 * capabilities of a process whose user is not root unless this bit is set.
 */
function withCapability({ uid, gid }: Owner, capability: string): Wrap {
  const privileges = [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
    `--bounding-set=-all,+${capability}`,
  ];
  return (program, args) => ({ file: 'setpriv', args: [...privileges, program, ...args], options: base });
}

async function reaches(runner: Runner, programs: Programs, directory: string): Promise<boolean> {
  const script = 'cd "$1" && test -x "$2" && "$2" --version && "$3" --version && exec "$4" --version';
  const args = ['-c', script, 'sh', directory, programs.initdb, programs.postgres, programs.pg_ctl];
  return runner.run('/bin/sh', args).then(
    () => true,
    () => false,
  );
}

async function ownerOf(path: string): Promise<Owner | undefined> {
  return lstat(path).then(
    ({ uid, gid }) => ({ uid, gid }),
    () => undefined,
  );
}
