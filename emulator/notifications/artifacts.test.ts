import assert from 'node:assert/strict';
import { constants, createDecipheriv, createHmac, privateDecrypt } from 'node:crypto';
import { suite, test } from 'node:test';
import { jwtVerify } from 'jose';
import { asApp, asPerson } from '../../test/support/graph-caller.ts';
import type { GraphCaller } from '../../test/support/graph-caller.ts';
import { graphOpenApiMissing, loadGraphOpenApi } from '../../test/support/graph-openapi.ts';
import { artifactApp, artifactScopes, heldMeeting, NINE, said } from '../../test/support/held-meeting.ts';
import { answers, createListener } from '../../test/support/listener.ts';
import { sendLifecycle } from '../control/notifications.ts';
import { changeTranscriptSettings } from '../policies/transcript-settings.ts';
import { CONTOSO_TENANT_ID, PARLEY_CLIENT_ID } from '../seed.ts';
import { selfSigned } from '../self-signed.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const lifecycleNotificationUrl = 'https://parley.example/lifecycle';

/** A meeting that nobody held yet, an app with a policy, and somebody who is sent notifications. */
async function start() {
  const listener = createListener();
  const held = await heldMeeting(false, { post: listener.post });
  const { emulator, joinUrl, danaId } = held;
  const app = await artifactApp(emulator);
  return {
    ...held,
    app,
    listener,
    subscribe: (caller: GraphCaller, resource: string, changes: object = {}) =>
      caller.post('/subscriptions', {
        changeType: 'created',
        notificationUrl: 'https://parley.example/notifications',
        lifecycleNotificationUrl,
        resource,
        expirationDateTime: new Date(emulator.clock.now() + 4320 * MINUTE).toISOString(),
        clientState: 'secret',
        ...changes,
      }),
    transcriptsOf: `users/${danaId}/onlineMeetings/getAllTranscripts`,
    recordingsOf: `users/${danaId}/onlineMeetings/getAllRecordings`,
    /** The meeting takes place now, for half an hour, and is over. */
    hold: (more: object = {}) => {
      const startedAt = emulator.clock.now();
      emulator.clock.advance(30 * MINUTE);
      return emulator.endMeeting({ joinUrl, startedAt, endedAt: startedAt + 30 * MINUTE, ...everything, ...more });
    },
  };
}
const everything = { recording: true, transcript: true };

suite('what meetings leave', () => {
  test('is announced when it is finished, with its path, its type and the secret', async () => {
    const { emulator, listener, app, subscribe, recordingsOf, hold, meetingId } = await start();
    const made = await subscribe(app, recordingsOf);
    assert.equal(made.status, 201, JSON.stringify(made.json));
    assert.equal(listener.validations.length, 2);
    const { recordings } = hold({ processingMs: 10 * MINUTE });
    assert.deepEqual(await emulator.deliver(), []);
    emulator.clock.advance(10 * MINUTE);
    await emulator.deliver();
    await emulator.deliver();
    const resource = `communications/onlineMeetings('${meetingId}')/recordings('${recordings[0]}')`;
    assert.deepEqual(listener.notices(), [
      {
        id: listener.notices()[0]?.id,
        subscriptionId: made.json.id,
        subscriptionExpirationDateTime: new Date(NINE + 4320 * MINUTE).toISOString(),
        tenantId: CONTOSO_TENANT_ID,
        clientState: 'secret',
        changeType: 'created',
        resource,
        resourceData: { '@odata.type': '#Microsoft.Graph.callRecording', '@odata.id': resource, id: recordings[0] },
      },
    ]);
    assert.doesNotMatch(listener.heard[0]?.body ?? '', /validationTokens|ncryptedContent/);
  });

  test('reaches who listens to the organizer, to the meeting and to the tenant, each for its kind', async () => {
    const { emulator, listener, app, dana, subscribe, meetingId, recordingsOf, transcriptsOf, hold } = await start();
    for (const [caller, resource] of [
      [app, 'communications/onlineMeetings/getAllRecordings'],
      [app, 'communications/onlineMeetings/getAllTranscripts'],
      [app, `communications/onlineMeetings/${meetingId}/transcripts`],
      [dana, `communications/onlineMeetings('${meetingId}')/recordings`],
      [app, recordingsOf],
      [dana, transcriptsOf],
    ] as const) {
      assert.equal(said(await subscribe(caller, resource)), '201', resource);
    }
    hold();
    await emulator.deliver();
    const kinds = listener.notices().map(({ resource }) => /\/(recordings|transcripts)\(/.exec(resource ?? '')?.[1]);
    assert.deepEqual([kinds.filter((kind) => kind === 'recordings').length, kinds.length], [3, 6]);
  });

  test('of another organizer, or of a meeting on no calendar, reaches nobody', async () => {
    const { emulator, listener, dana, app, subscribe, recordingsOf, danaId } = await start();
    await subscribe(app, recordingsOf.replace(danaId, '2c81d5f7-0a94-4e63-b7d2-45f6e8a1390c'));
    await subscribe(app, 'communications/onlineMeetings/getAllRecordings');
    const times = { startDateTime: '2026-11-25T09:00:00Z', endDateTime: '2026-11-25T09:30:00Z' };
    const { id } = (await dana.post('/me/onlineMeetings', { ...times, subject: 'Alone' })).json;
    emulator.endMeeting({ onlineMeetingId: id, ...everything });
    assert.deepEqual(await emulator.deliver(), []);
    assert.equal(listener.heard.length, 0);
  });

  test('is a transcript only if somebody listened before transcription started', async () => {
    const { emulator, listener, app, subscribe, transcriptsOf, recordingsOf, joinUrl } = await start();
    const startedAt = emulator.clock.now();
    emulator.clock.advance(10 * MINUTE);
    await subscribe(app, transcriptsOf);
    await subscribe(app, recordingsOf);
    emulator.clock.advance(20 * MINUTE);
    emulator.endMeeting({ joinUrl, startedAt, endedAt: emulator.clock.now(), ...everything });
    await emulator.deliver();
    assert.deepEqual(
      listener.notices().map(({ resourceData }) => (resourceData as object as Record<string, string>)['@odata.type']),
      ['#Microsoft.Graph.callRecording'],
    );
  });

  test('is lost, doubled, late and out of order as asked, and given up after four hours without a word', async () => {
    const { emulator, listener, app, subscribe, recordingsOf, hold } = await start();
    await subscribe(app, recordingsOf);
    const { mischief } = emulator.context.notifications;
    Object.assign(mischief, { loseNext: 1, duplicateNext: 1, outOfOrder: true, delayMs: 5000 });
    const { recordings } = hold({ segments: 3 });
    await emulator.deliver();
    assert.equal(listener.heard.length, 0);
    emulator.clock.advance(5000);
    await emulator.deliver();
    assert.deepEqual(
      listener.notices().map(({ resourceData }) => resourceData?.id),
      [recordings[2], recordings[1], recordings[1]],
    );
    Object.assign(mischief, { outOfOrder: false, delayMs: 0 });
    listener.onNotification(() => answers(503));
    hold();
    for (let hour = 0; hour < 6 * 4; hour += 1) {
      await emulator.deliver();
      emulator.clock.advance(HOUR / 4);
    }
    assert.equal(emulator.context.notifications.waiting.length, 0);
    assert.ok(!listener.words().includes('missed'));
  });

  test('and its subscription: asked to be renewed, and told by hand what Teams tells by itself to nobody', async () => {
    const { emulator, listener, app, subscribe, recordingsOf } = await start();
    const { id } = (await subscribe(app, recordingsOf)).json;
    sendLifecycle(emulator.context, id, 'missed');
    emulator.clock.advance(4300 * MINUTE);
    await emulator.deliver();
    const later = await asApp(emulator, 'dana.reyes', ['OnlineMeetingRecording.Read.All']);
    const expirationDateTime = new Date(emulator.clock.now() + 4000 * MINUTE).toISOString();
    assert.equal((await later.patch(`/subscriptions/${id}`, { expirationDateTime })).status, 200);
    sendLifecycle(emulator.context, id, 'subscriptionRemoved');
    await emulator.deliver();
    assert.deepEqual(listener.words(), ['missed', 'reauthorizationRequired', 'subscriptionRemoved']);
    assert.equal(emulator.context.notifications.subscriptions.size, 0);
  });

  test('stops when the app loses its permission', async () => {
    const { emulator, listener, app, subscribe, recordingsOf, hold } = await start();
    await subscribe(app, recordingsOf);
    await asApp(emulator, 'dana.reyes', []);
    hold();
    await emulator.deliver();
    assert.deepEqual(listener.words(), ['reauthorizationRequired']);
  });
});

suite('who may listen', () => {
  test('apps with the role of the kind; people too, unless the switch says otherwise, but not to a tenant', async () => {
    const { emulator, dana, danaId, subscribe, recordingsOf, transcriptsOf } = await start();
    const poor = await asApp(emulator, 'dana.reyes', ['OnlineMeetingTranscript.Read.All']);
    const denied = /^403 ExtensionError Operation: Create; .*Access is denied/;
    assert.match(said(await subscribe(poor, recordingsOf)), denied);
    assert.equal(said(await subscribe(poor, transcriptsOf)), '201');
    assert.match(said(await subscribe(dana, 'communications/onlineMeetings/getAllRecordings')), denied);
    assert.equal(said(await subscribe(dana, recordingsOf)), '201');
    const milan = await asPerson(emulator, 'milan.okafor', artifactScopes);
    assert.match(said(await subscribe(milan, recordingsOf)), /^403 ExtensionError/);
    emulator.switches.delegatedArtifactSubscriptions = 'refused';
    assert.match(said(await subscribe(dana, transcriptsOf)), denied);
    const byName = recordingsOf.replace(danaId, 'dana.reyes@contoso.example');
    assert.match(said(await subscribe(await artifactApp(emulator), byName)), /^404 ExtensionError/);
  });

  test('apps without a policy, unless the switch says that they need one', async () => {
    const { emulator, subscribe, recordingsOf, transcriptsOf } = await start();
    emulator.context.teams.policies.clear();
    const app = await artifactApp(emulator, undefined, false);
    assert.equal(said(await subscribe(app, recordingsOf)), '201');
    changeTranscriptSettings(emulator.context, CONTOSO_TENANT_ID, { enableGraphTranscriptAccess: true });
    emulator.switches.artifactSubscriptionPolicy = 'needed';
    assert.match(said(await subscribe(app, transcriptsOf)), /No application access policy found for this app/);
  });

  test('nobody to transcripts where the tenant keeps Graph away: not new, not renewed, not served', async () => {
    const { emulator, listener, app, subscribe, transcriptsOf, recordingsOf, hold } = await start();
    const { id } = (await subscribe(app, transcriptsOf)).json;
    changeTranscriptSettings(emulator.context, CONTOSO_TENANT_ID, { enableGraphTranscriptAccess: false });
    const disabled = /^403 Forbidden GraphAccessToTranscriptsDisabled/;
    assert.match(said(await subscribe(app, 'communications/onlineMeetings/getAllTranscripts')), disabled);
    const expirationDateTime = new Date(NINE + HOUR).toISOString();
    assert.match(said(await app.patch(`/subscriptions/${id}`, { expirationDateTime })), disabled);
    assert.equal(said(await subscribe(app, recordingsOf)), '201');
    hold();
    await emulator.deliver();
    assert.equal(listener.notices().length, 1);
  });

  for (const [changes, expected] of [
    [{ lifecycleNotificationUrl: undefined }, /lifecycleNotificationUrl is required for subscription creation/],
    [{ expirationDateTime: new Date(NINE + 4321 * MINUTE).toISOString() }, /can only be 4320 minutes/],
    [{ changeType: 'created,updated' }, /changeType 'updated' is not supported/],
    [{ includeResourceData: true }, /encryptionCertificate and encryptionCertificateId are required/],
    [
      { includeResourceData: true, encryptionCertificate: 'AAAA', encryptionCertificateId: 'x' },
      /must hold an RSA key of 2048 to 4096 bits/,
    ],
  ] as const) {
    test(`nobody with ${JSON.stringify(changes)}`, async () => {
      const { app, subscribe, recordingsOf, listener } = await start();
      assert.match(said(await subscribe(app, recordingsOf, changes)), expected);
      assert.equal(listener.validations.length, 0);
    });
  }

  test('for an hour at most without an address for lifecycle notifications', async () => {
    const { app, subscribe, recordingsOf } = await start();
    const expirationDateTime = new Date(NINE + HOUR).toISOString();
    const changes = { lifecycleNotificationUrl: undefined, expirationDateTime };
    assert.equal(said(await subscribe(app, recordingsOf, changes)), '201');
  });
});

suite('notifications with data', () => {
  const made = selfSigned('Parley', { notBefore: new Date(0), notAfter: new Date('2049-01-01') });
  const encryptionCertificate = made.certificate.replaceAll(/-----[A-Z ]+-----|\s/g, '');
  const wish = { includeResourceData: true, encryptionCertificate, encryptionCertificateId: 'key-1' };

  test('can be read with the certificate’s key only, and carry Microsoft’s signature', async () => {
    const { emulator, listener, app, subscribe, transcriptsOf, hold, danaId } = await start();
    const subscription = (await subscribe(app, transcriptsOf, wish)).json;
    assert.deepEqual([subscription['includeResourceData'], subscription['encryptionCertificateId']], [true, 'key-1']);
    const { transcripts } = hold();
    await emulator.deliver();
    const { value, validationTokens } = JSON.parse(listener.heard[0]?.body ?? '') as {
      value: { encryptedContent: Record<'data' | 'dataKey' | 'dataSignature' | 'encryptionCertificateId', string> }[];
      validationTokens: string[];
    };
    const content = value[0]?.encryptedContent;
    assert.ok(content);
    const padding = { key: made.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
    const key = privateDecrypt(padding, Buffer.from(content.dataKey, 'base64'));
    const data = Buffer.from(content.data, 'base64');
    assert.equal(createHmac('sha256', key).update(data).digest('base64'), content.dataSignature);
    const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16));
    const clear = JSON.parse(Buffer.concat([decipher.update(data), decipher.final()]).toString('utf8')) as {
      id: string;
      meetingOrganizer: { user: { id: string } };
    };
    assert.deepEqual([clear.id, clear.meetingOrganizer.user.id], [transcripts[0], danaId]);
    const { payload } = await jwtVerify(validationTokens[0] ?? '', emulator.context.keys.publicKey, {
      audience: PARLEY_CLIENT_ID,
      issuer: `https://sts.windows.net/${CONTOSO_TENANT_ID}/`,
      currentDate: new Date(emulator.clock.now()),
    });
    assert.equal(payload['appid'], '0bf30f3b-4a52-48df-9a82-234910c4a086');
    assert.equal(validationTokens.length, 1);
  });

  test('can spell what they carry with a capital, as the examples do', async () => {
    const { emulator, listener, app, subscribe, recordingsOf, hold } = await start();
    emulator.switches.encryptedContentName = 'EncryptedContent';
    await subscribe(app, recordingsOf, { ...wish, encryptionCertificate: made.certificate });
    hold();
    await emulator.deliver();
    assert.match(listener.heard[0]?.body ?? '', /"EncryptedContent":\{"data"/);
  });
});

test("what is asked and answered fits Microsoft's description", { skip: graphOpenApiMissing }, async () => {
  const { emulator, app, subscribe, recordingsOf } = await start();
  await subscribe(app, recordingsOf);
  await app.get('/subscriptions');
  assert.deepEqual(loadGraphOpenApi()?.violations(emulator.calls), []);
});
