import { randomBytes } from 'node:crypto';
import type { Context } from '../context.ts';
import type { Recording } from './artifacts.ts';

const DAY = 24 * 60 * 60_000;
const DOWNLOAD_MS = 5 * 60_000;

/** Whether a recording's file was deleted, by hand or by the tenant's retention. */
export function contentGone({ now, switches }: Pick<Context, 'now' | 'switches'>, recording: Recording): boolean {
  const days = switches.recordingRetentionDays;
  return recording.contentDeleted || (days !== null && now() > recording.endedAt + days * DAY);
}

/** An address on the storage's host that leads to a recording for a few minutes. */
export function downloadAddress(context: Context, recording: Recording): string {
  const { downloads } = context.teams.artifacts;
  const now = context.now();
  for (const [token, { expiresAt }] of downloads) if (expiresAt <= now) downloads.delete(token);
  const token = randomBytes(24).toString('base64url');
  downloads.set(token, { recordingId: recording.id, expiresAt: now + DOWNLOAD_MS });
  return `${context.origins.storage}/storage/${token}`;
}
