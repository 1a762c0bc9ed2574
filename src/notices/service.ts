import type { DataKeys } from '../access/workspace-keys.ts';
import type { EmailDeps } from '../email/service.ts';
import { createNoticeMemory, followOutbox, type NoticeMemory } from './follow-outbox.ts';
import { sweepReminders } from './reminders.ts';

export { createNoticeMemory };

export type NoticeDeps = EmailDeps & {
  dataKeys: DataKeys;
  publicUrl: string;
  /** The address that mail comes from: who sends invitations for organizers. */
  mailFrom: string | undefined;
  /** What notices keep in the memory of this process. */
  notices: NoticeMemory;
};

/** Looks for what people are to be told since the last look; called every second where jobs run. */
export async function watchNotices(deps: NoticeDeps): Promise<void> {
  await followOutbox(deps);
}

/** The same, and the reminders that are due; part of the regular sweep. */
export async function sweepNotices(deps: NoticeDeps): Promise<void> {
  await followOutbox(deps);
  await sweepReminders(deps);
}
