import type { Recording, Transcript } from '../artifacts/artifacts.ts';
import type { Context } from '../context.ts';
import { artifactData } from '../graph/artifact-json.ts';
import { transcriptAccess } from '../policies/transcript-settings.ts';
import { mayListen } from './authorization.ts';
import { encrypt } from './encrypt.ts';
import { askForReauthorization, common } from './notifications.ts';
import type { Subscription } from './notifications.ts';
import { send } from './send.ts';

type Fresh = { kind: 'recordings'; artifact: Recording } | { kind: 'transcripts'; artifact: Transcript };

/** Puts notifications of every recording and transcript that is finished now on their way, each once. */
export function collectArtifacts(context: Context): void {
  const { recordings, transcripts } = context.teams.artifacts;
  const now = context.now();
  const isFresh = ({ artifact }: Fresh) => !artifact.announced && artifact.availableAt <= now;
  const all: Fresh[] = [
    ...[...recordings.values()].map((artifact) => ({ kind: 'recordings', artifact }) as const),
    ...[...transcripts.values()].map((artifact) => ({ kind: 'transcripts', artifact }) as const),
  ];
  for (const one of all.filter(isFresh).toSorted((a, b) => a.artifact.availableAt - b.artifact.availableAt)) {
    one.artifact.announced = true;
    for (const subscription of context.notifications.subscriptions.values()) announce(context, subscription, one);
  }
}

function announce(context: Context, subscription: Subscription, fresh: Fresh): void {
  if (!isMeant(context, subscription, fresh)) return;
  if (!mayListen(context, subscription)) {
    askForReauthorization(context.notifications, subscription, context.now());
    return;
  }
  send(context, subscription, noticeBody(context, subscription, fresh));
}

/** Standalone meetings have nothing to tell; of transcripts only those are told that began after the subscription. */
function isMeant(context: Context, subscription: Subscription, { kind, artifact }: Fresh): boolean {
  const { tenantId, artifacts, createdAt } = subscription;
  if (artifacts?.kind !== kind || artifact.tenantId !== tenantId) return false;
  if (artifacts.scope === 'user' && artifact.organizerId !== subscription.ownerId) return false;
  if (artifacts.scope === 'meeting' && artifact.meetingId !== artifacts.meetingId) return false;
  if (context.teams.meetings.get(artifact.meetingId)?.calendarBacked !== true) return false;
  if (kind === 'recordings') return createdAt <= artifact.availableAt;
  return createdAt <= artifact.startedAt && transcriptAccess(context, tenantId);
}

/** Graph docs: “Get change notifications for transcripts and recordings”. */
function noticeBody(context: Context, subscription: Subscription, { kind, artifact }: Fresh): Record<string, unknown> {
  const resource = `communications/onlineMeetings('${artifact.meetingId}')/${kind}('${artifact.id}')`;
  const type = kind === 'recordings' ? 'callRecording' : 'callTranscript';
  const { encryption } = subscription;
  const name = context.switches.encryptedContentName;
  return {
    // The same for every copy, so that receivers can tell.
    id: Buffer.from(`${subscription.id}:${artifact.id}`).toString('base64url'),
    ...common(subscription),
    changeType: 'created',
    resource,
    resourceData: { '@odata.type': `#Microsoft.Graph.${type}`, '@odata.id': resource, id: artifact.id },
    ...(encryption && { [name]: encrypt(JSON.stringify(artifactData(context, kind, artifact)), encryption) }),
  };
}
