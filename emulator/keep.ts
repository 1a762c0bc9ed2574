import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Context } from './context.ts';
import { createArtifacts, type Artifacts } from './artifacts/artifacts.ts';
import { createNotifications } from './notifications/notifications.ts';

/**
 * What outlives a restart: who exists, what was granted, every policy, mailbox, meeting and subscription. Not the signing key, so that access tokens end
 * with the process, as they do when a real tenant revokes them.
 */
type Kept = Pick<Context, 'directory' | 'mailboxes' | 'entra' | 'teams' | 'exchange' | 'switches'> & {
  version: number;
  /** Absent in files from before there were change notifications. */
  notifications?: Context['notifications'];
  /** Absent in files from before apps could be uploaded. */
  teamsApps?: Context['teamsApps'];
};

/** Raised when what is kept changes its shape: an older file is then not taken up. */
const version = 2;

/** Takes up the state that an earlier run left in `file`. False when there is none that fits. */
export function takeUp(context: Context, file: string): boolean {
  const kept = readKept(file);
  if (kept?.version !== version) return false;
  const { switches, directory, mailboxes, entra, teams, exchange } = kept;
  mailboxes.throttle.inFlight.clear();
  Object.assign(context, { directory, mailboxes, entra, exchange });
  // Files from before meetings left anything have none of it.
  context.teams = {
    ...teams,
    artifacts: { ...createArtifacts(), ...(teams.artifacts as Partial<Artifacts> | undefined) },
  };
  context.teamsApps = kept.teamsApps ?? new Map();
  context.notifications = kept.notifications ?? { ...createNotifications(), cursor: mailboxes.sequence };
  Object.assign(context.switches, switches);
  return true;
}

/** Writes the state so that a later {@link takeUp} finds it; the file is replaced in one step. */
export function keep(context: Context, file: string): void {
  const { directory, mailboxes, entra, teams, teamsApps, exchange, notifications, switches } = context;
  const kept: Kept = { version, directory, mailboxes, entra, teams, teamsApps, exchange, notifications, switches };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, serialize(kept), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** {@link keep} whenever something was asked since the last time, every `everyMs`; the answer ends it with a last one. */
export function keepUpToDate(context: Context, file: string, everyMs: number): () => void {
  let seen = -1;
  const timer = setInterval(() => {
    const last = context.calls.at(-1)?.at ?? 0;
    if (last !== seen) keep(context, file);
    seen = last;
  }, everyMs);
  return () => {
    clearInterval(timer);
    keep(context, file);
  };
}

function readKept(file: string): Kept | undefined {
  try {
    return deserialize(readFileSync(file)) as Kept;
  } catch {
    return undefined; // none yet, or not readable: a fresh world is better than none
  }
}
