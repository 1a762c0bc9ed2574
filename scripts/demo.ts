/**
 * `npm run demo`: the whole story without a browser, over HTTP only. Every step is verified in the emulator; the exit
 * code is 0 only if all of them were. `--json` prints JSON lines.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmulator } from '../emulator/emulator.ts';
import { grantScopes } from '../emulator/entra/grants.ts';
import { changeTranscriptSettings } from '../emulator/policies/transcript-settings.ts';
import { CONTOSO_TENANT_ID, PARLEY_CLIENT_ID, PARLEY_CLIENT_SECRET } from '../emulator/seed.ts';
import { createApiKey, createSignInToken, createWorkspace } from '../src/access/service.ts';
import { serve } from '../src/cli/serve.ts';
import { formatWhen } from '../src/scheduling/date-text.ts';
import { danaId } from './furnish.ts';
import { connectTeams, createPerson, signIn, type Person } from './person.ts';

type MailboxState = {
  events: { id: string; start: string; isCancelled: boolean; isOnlineMeeting: boolean; joinUrl: string | null }[];
  messages: { kind: string; subject: string; invitation: { start: string; joinUrl: string | null } | null }[];
};
type Booking = { id: string; start: string; meeting: { id: string; status: string; joinUrl: string | null } };

const artifactScopes = [
  'OnlineMeetingRecording.Read.All',
  'OnlineMeetingTranscript.Read.All',
  'OnlineMeetingArtifact.Read.All',
];
const asJson = process.argv.includes('--json');
const visitor = {
  name: 'Sam Ferro',
  email: 'sam.ferro@visitor.example',
  timeZone: 'Europe/London',
  note: 'About the internship.',
};

async function main(): Promise<void> {
  const startedAt = performance.now();
  const directory = mkdtempSync(join(tmpdir(), 'parley-demo-'));
  const emulator = createEmulator();
  const listening = await emulator.listen({ port: 0 });
  const port = await freePort();
  const publicUrl = `http://localhost:${port}`;
  const app = emulator.context.directory.apps.get(PARLEY_CLIENT_ID);
  app?.redirectUris.push({ uri: `${publicUrl}/api/teams/callback`, platform: 'web' });
  // What only an administrator can allow: recordings and transcripts of everybody.
  if (app) grantScopes(emulator.context, { tenantId: CONTOSO_TENANT_ID, app, userId: null, scopes: artifactScopes });
  changeTranscriptSettings(emulator.context, CONTOSO_TENANT_ID, {
    enableGraphTranscriptAccess: true,
    enableAttributedTranscripts: true,
  });
  const serving = await serve({
    args: [],
    env: {
      Data__Directory: directory,
      Server__Port: String(port),
      Log__Level: 'error',
      MicrosoftTeams__ClientId: PARLEY_CLIENT_ID,
      MicrosoftTeams__ClientSecret: PARLEY_CLIENT_SECRET,
      MicrosoftTeams__Authority: listening.url,
      MicrosoftTeams__GraphBaseUrl: listening.url,
      MicrosoftTeams__Scopes: [
        'OnlineMeetings.ReadWrite Calendars.ReadWrite offline_access User.Read',
        ...artifactScopes,
      ].join(' '),
    },
    fetch,
    now: () => new Date(),
    print: () => {},
  });
  try {
    const { database, keyRing } = serving.world;
    const deps = { db: database.db, now: () => new Date(), keyRing };
    const owner = {
      email: 'dana.reyes@contoso.example',
      name: 'Dana Reyes',
      role: 'owner' as const,
      timeZone: 'Europe/Berlin',
    };
    const { workspaceId, memberId } = await createWorkspace(deps, {
      name: 'Contoso Careers',
      slug: 'contoso-careers',
      owner,
    });
    const { secret } = await createApiKey(deps, workspaceId, 'demo');
    await tell({
      publicUrl,
      emulatorUrl: listening.url,
      memberId,
      apiKey: secret,
      signInLink: `${publicUrl}/sign-in/${await createSignInToken(deps, memberId)}`,
    });
    say(
      'done',
      `Every step was verified in the emulator, in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`,
    );
  } finally {
    await serving.stop();
    await listening.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

type Stage = { publicUrl: string; emulatorUrl: string; memberId: string; apiKey: string; signInLink: string };

async function tell(stage: Stage): Promise<void> {
  const person = createPerson(fetch);
  await connect(stage, person);
  const api = <T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    call<T>(stage, method, path, body, headers);
  const dana = () => look(stage, 'dana.reyes@contoso.example');
  const sam = () => look(stage, visitor.email);

  const eventType = await api<{ id: string; bookingUrl: string }>('POST', '/v1/event-types', {
    hostId: stage.memberId,
    slug: 'intro-call',
    title: 'Intro call',
    timeZone: 'Europe/Berlin',
  });
  const page = await person.visit(eventType.bookingUrl);
  verify(page.status === 200 && page.text.includes('Intro call'), 'the booking page opens');
  say('offer', `A booking page is open: ${eventType.bookingUrl}`);

  const [first, second] = await someSlots(api, eventType.id);
  const booked = await api<Booking>(
    'POST',
    '/v1/bookings',
    { eventTypeId: eventType.id, start: first, visitor },
    { prefer: 'wait=10', 'idempotency-key': 'demo-1' },
  );
  const { joinUrl } = booked.meeting;
  const afterBooking = await dana();
  verify(joinUrl !== null && booked.meeting.status === 'ready', 'the answer holds a join link');
  verify(
    afterBooking.events.length === 1 && afterBooking.events[0]?.joinUrl === joinUrl,
    'Dana’s calendar has one event, with this link',
  );
  verify(instant(afterBooking.events[0]?.start) === instant(first), 'the event is at the booked time');
  const invitations = (await sam()).messages.filter(({ kind }) => kind === 'invitation');
  verify(
    invitations.length === 1 && invitations[0]?.invitation?.joinUrl === joinUrl,
    'Sam has one invitation, with this link',
  );
  say('book', `Sam booked ${when(first)}; one event, one invitation.`);
  say('join link', `${joinUrl}`);

  const again = await api<Booking>(
    'POST',
    '/v1/bookings',
    { eventTypeId: eventType.id, start: first, visitor },
    { 'idempotency-key': 'demo-1' },
  );
  verify(again.id === booked.id && (await dana()).events.length === 1, 'a repeated request books nothing more');
  say('repeat', 'The same request, sent again, found the same booking.');

  await api('POST', `/v1/bookings/${booked.id}/reschedule`, { start: second });
  const moved = await settled(api, booked.id);
  const afterMove = await dana();
  verify(
    afterMove.events.length === 1 && instant(afterMove.events[0]?.start) === instant(second),
    'the one event has moved',
  );
  verify(moved.meeting.joinUrl === joinUrl && afterMove.events[0]?.joinUrl === joinUrl, 'the join link is the same');
  verify((await sam()).messages.filter(({ kind }) => kind === 'update').length === 1, 'Sam was told once');
  say('reschedule', `Moved to ${when(second)}; the join link stayed the same.`);

  await api('POST', `/v1/bookings/${booked.id}/cancel`, { reason: 'Something came up.' });
  const cancelled = await settled(api, booked.id);
  verify(cancelled.meeting.status === 'cancelled', 'the meeting is cancelled');
  verify(
    (await dana()).events.every(({ isCancelled }) => isCancelled),
    'Dana’s calendar is free again',
  );
  verify((await sam()).messages.filter(({ kind }) => kind === 'cancellation').length === 1, 'Sam has one cancellation');
  say('cancel', 'Cancelled; the event is gone and Sam was told once.');
  await record(stage, api, { eventTypeId: eventType.id, start: first });
}

type Left = { captures: { kind: string; state: string }[]; data: { id: string; kind: string }[] };

/** One more meeting, which is held and recorded in the emulator. */
async function record(stage: Stage, api: Api, wanted: { eventTypeId: string; start: string }): Promise<void> {
  const { meeting } = await api<Booking>('POST', '/v1/bookings', { ...wanted, visitor }, { prefer: 'wait=10' });
  const ended = await fetch(`${stage.emulatorUrl}/control/meetings/end`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ joinUrl: meeting.joinUrl, recording: true, transcript: true }),
  });
  verify(ended.ok, 'the meeting is over in the emulator');
  const left = await api<Left>('POST', `/v1/meetings/${meeting.id}/artifacts/refresh`, undefined, {
    prefer: 'wait=15',
  });
  verify(
    left.captures.every(({ state }) => state === 'ready'),
    'recording, transcript and attendance were found',
  );
  const idOf = (kind: string) => left.data.find((artifact) => artifact.kind === kind)?.id ?? '';
  const { data: lines } = await api<{ data: { text: string }[] }>(
    'GET',
    `/v1/artifacts/${idOf('transcript')}/transcript`,
  );
  verify(lines.length > 0, 'the transcript can be read');
  const played = await fetch(`${stage.publicUrl}/v1/artifacts/${idOf('recording')}/content`, {
    headers: { authorization: `Bearer ${stage.apiKey}`, range: 'bytes=0-11' },
  });
  const head = Buffer.from(await played.arrayBuffer()).toString('latin1');
  verify(played.status === 206 && head.slice(4, 8) === 'ftyp', 'the recording plays, part by part');
  say('recording', `The meeting was recorded: ${lines.length} lines of transcript, a film, and who was there.`);
}

async function connect({ publicUrl, signInLink }: Stage, person: Person): Promise<void> {
  await signIn(person, signInLink);
  await connectTeams(person, publicUrl, danaId);
  const { connection } = await person.call<{ connection: { state: string; accountEmail: string } | null }>(
    `${publicUrl}/v1/integrations/teams`,
  );
  verify(connection?.state === 'connected', 'the connection is stored');
  say('connect', `Dana signed in at Microsoft and consented: connected as ${connection?.accountEmail}.`);
}

type Api = <T>(method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<T>;

async function someSlots(api: Api, eventTypeId: string): Promise<[string, string]> {
  const from = new Date(Date.now() + 24 * 60 * 60_000);
  const to = new Date(from.getTime() + 10 * 24 * 60 * 60_000);
  const { data } = await api<{ data: { start: string }[] }>(
    'GET',
    `/v1/event-types/${eventTypeId}/slots?from=${from.toISOString()}&to=${to.toISOString()}`,
  );
  const [first, second] = [data[0]?.start, data[3]?.start];
  verify(first !== undefined && second !== undefined, 'free times are offered');
  return [first ?? '', second ?? ''];
}

/** Waits until Microsoft shows what is wanted, at most 10 s. */
async function settled(api: Api, id: string): Promise<Booking> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const booking = await api<Booking & { meeting: { inSync: boolean } }>('GET', `/v1/bookings/${id}`);
    if (booking.meeting.inSync || Date.now() > deadline) return booking;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function call<T>(
  { publicUrl, apiKey }: Stage,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<T> {
  const response = await fetch(publicUrl + path, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}

async function look({ emulatorUrl }: Stage, address: string): Promise<MailboxState> {
  const response = await fetch(`${emulatorUrl}/control/mailboxes/${address}`);
  return (await response.json()) as MailboxState;
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function verify(holds: boolean, what: string): void {
  if (!holds) throw new Error(`Not true: ${what}.`);
}

function say(step: string, text: string): void {
  console.log(asJson ? JSON.stringify({ step, ok: true, text }) : `✓ ${step.padEnd(11)} ${text}`);
}

function instant(text: string | undefined): number {
  return new Date(text ?? Number.NaN).getTime();
}

function when(start: string): string {
  const at = new Date(start);
  return formatWhen(at, new Date(at.getTime() + 30 * 60_000), 'Europe/Berlin');
}

main().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  if (asJson) console.log(JSON.stringify({ step: 'failed', ok: false, text }));
  else console.error(`✗ ${text}`);
  process.exitCode = 1;
});
