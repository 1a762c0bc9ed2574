import { watchArtifacts, type ArtifactSubscribingDeps } from '../artifacts/capture/subscribing.ts';
import { wakeSubscriptions, wakeTenantSubscriptions } from '../artifacts/watching.ts';
import {
  captureArtifacts,
  findAnnounced,
  removeContent,
  storeRecording,
  type ArtifactJobDeps,
} from '../artifacts/jobs.ts';
import { resumeCaptures } from '../artifacts/service.ts';
import type { SealedBlobs } from '../artifacts/storage/sealed-blobs.ts';
import type { MailTransport } from '../config.ts';
import { sendEmail } from '../email/jobs.ts';
import type { EmailDeps } from '../email/service.ts';
import { applyMeetingOptions, resumeConnection, resumeTenant, syncMeeting, type SyncDeps } from '../meetings/jobs.ts';
import { createSendAsOrganizer, writeNotice } from '../notices/jobs.ts';
import type { NoticeDeps } from '../notices/service.ts';
import { probeOrganizer, resolveDefault } from '../organizers/jobs.ts';
import type { OrganizerDeps } from '../organizers/service.ts';
import { compareMeeting, wakeConnection, wakeTenant, watchCalendar, type WatchingDeps } from '../watches/jobs.ts';
import { deliverWebhook } from '../webhooks/jobs.ts';
import type { WebhookDeps } from '../webhooks/service.ts';
import type { TaskHandlers } from './queue.ts';

export type TaskDeps = SyncDeps &
  WatchingDeps &
  ArtifactSubscribingDeps &
  OrganizerDeps &
  EmailDeps &
  NoticeDeps &
  WebhookDeps &
  ArtifactJobDeps & { mailTransport: MailTransport; storage: SealedBlobs };

/** Every task of the queue and the function that does it: the only list. */
export function createTasks(deps: TaskDeps): TaskHandlers {
  const sendAsOrganizer = deps.mailTransport === 'graph' ? createSendAsOrganizer(deps) : undefined;
  return {
    'sync-meeting': (data, { signal }) => syncMeeting(deps, data, signal),
    'apply-meeting-options': (data, { signal }) => applyMeetingOptions(deps, data, signal),
    'compare-meeting': (data, { signal }) => compareMeeting(deps, data, signal),
    'watch-calendar': (data, { signal }) => watchCalendar(deps, data, signal),
    'watch-artifacts': (data, { signal }) => watchArtifacts(deps, data, signal),
    'resume-meetings': async (data) => {
      await resumeConnection(deps, data);
      await wakeConnection(deps, data);
      await resumeCaptures(deps, data);
      await wakeSubscriptions(deps, data);
    },
    'resume-tenant': async (data) => {
      await resumeTenant(deps, data);
      await wakeTenant(deps, data);
      await resumeCaptures(deps, data);
      await wakeTenantSubscriptions(deps, data);
    },
    'probe-organizer': (data, { signal }) => probeOrganizer(deps, data, signal),
    'resolve-default-organizer': (data, { signal }) => resolveDefault(deps, data, signal),
    'write-notice': (data) => writeNotice(deps, data),
    'send-email': (data) => sendEmail({ ...deps, sendAsOrganizer }, data),
    'deliver-webhook': (data) => deliverWebhook(deps, data),
    'capture-artifacts': (data, { signal }) => captureArtifacts(deps, data, signal),
    'find-announced': (data, { signal }) => findAnnounced(deps, data, signal),
    'store-recording': (data, { signal }) => storeRecording(deps, data, signal),
    'remove-artifact': (data) => removeContent(deps, data),
  };
}
