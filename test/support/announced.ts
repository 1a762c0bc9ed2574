import type { TestContext } from 'node:test';
import { createEmulator } from '../../emulator/emulator.ts';
import type { Post } from '../../emulator/notifications/notifications.ts';
import { runPowerShell } from './tenant.ts';
import { startRecorded } from './recorded.ts';
import { monday, type App } from './system.ts';
import { publicAddress, startPublic } from './watched.ts';

export type Announced = Awaited<ReturnType<typeof startAnnounced>>;

/** An ear for what the emulator sends to a Parley at a public address, whichever Parley is there just now. */
export function createEar() {
  const ear = { now: () => monday.getTime(), app: undefined as App | undefined, bodies: [] as string[] };
  const post: Post = async ({ url, contentType, body }) => {
    if (!ear.app || !url.startsWith(publicAddress)) return { kind: 'unreachable', why: 'nobody is there' };
    ear.bodies.push(body);
    const request = new Request(url, { method: 'POST', headers: { 'content-type': contentType }, body });
    const response = await ear.app.http.fetch(request);
    const answered = { status: response.status, contentType: response.headers.get('content-type') ?? '' };
    return { kind: 'answered', ...answered, body: await response.text(), tookMs: 5 };
  };
  return { ear, emulator: createEmulator({ now: () => ear.now(), post }) };
}

/** A tenant whose organizer has a meeting on Tuesday at ten, and a Parley that Microsoft reaches and tells of what it leaves. */
export async function startAnnounced(t: TestContext, options: Parameters<typeof startRecorded>[1] = {}) {
  const { ear, emulator } = createEar();
  const story = await startRecorded(t, { ...options, emulator });
  const { system } = story;
  ear.now = () => system.clock.now().getTime();
  setTranscriptAccess(story, true);
  const app = (ear.app = await startPublic(t, system));
  const work = async () => {
    await app.sweep();
    await app.drain();
  };
  await work();
  return {
    ...story,
    emulator,
    ear,
    app,
    /** Sweeps and does what is due, without letting time pass. */
    work,
    subscriptions: () =>
      [...emulator.context.notifications.subscriptions.values()].filter(({ resource }) => /getAll/.test(resource)),
    subscription(kind: 'recording' | 'transcript') {
      const named = kind === 'recording' ? /getAllRecordings/ : /getAllTranscripts/;
      return [...emulator.context.notifications.subscriptions.values()].find(({ resource }) => named.test(resource));
    },
    watches: () => system.database.db.selectFrom('artifact_watches').selectAll().orderBy('kind').execute(),
    /** Microsoft sends what it has to tell; Parley does what that causes, without a look of its own. */
    async tell() {
      const made = await emulator.deliver();
      await app.drain();
      return made;
    },
    send: (path: string, body: unknown) =>
      app.http.fetch(
        new Request(`${publicAddress}/graph/${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      ),
  };
}

/** *Transcript API access*, as the tenant's administrator sets it. */
export function setTranscriptAccess({ system }: Pick<Announced, 'system'>, on: boolean, tenantId?: string): void {
  runPowerShell(
    system,
    `Set-CsTeamsMeetingConfiguration -EnableGraphTranscriptAccess $${on} -EnableAttributedTranscripts $${on}`,
    tenantId,
  );
}
