import { createWatermark, lookAtOutbox, moveCursor, type Watermark } from '../database/outbox.ts';
import type { NoticeDeps } from './service.ts';
import { tellingTypes } from './notice.ts';

/** What a process remembers of the outbox; one that starts anew only writes a few jobs again, which find nothing to do. */
export type NoticeMemory = { watermark: Watermark; seen: Set<number> };

export function createNoticeMemory(): NoticeMemory {
  return { watermark: createWatermark(), seen: new Set() };
}

const batch = 500;

/** Makes a job for each line of the outbox of which people are told. Without mail, it only keeps up. */
export async function followOutbox(deps: NoticeDeps): Promise<void> {
  const look = await lookAtOutbox(deps.db, 'notices');
  if (!look) return;
  const { watermark, seen } = deps.notices;
  if (!deps.sendMail) return look.head > look.cursor ? moveCursor(deps.db, 'notices', look.head) : undefined;
  if (look.head > look.cursor) await enqueueLines(deps, look.cursor);
  const settled = watermark.settled(look);
  if (settled <= look.cursor) return;
  await moveCursor(deps.db, 'notices', settled);
  for (const id of seen) if (id <= settled) seen.delete(id);
}

async function enqueueLines({ db, queue, notices: { seen } }: NoticeDeps, cursor: number): Promise<void> {
  for (let after = cursor; ;) {
    const lines = await db
      .selectFrom('outbox_events')
      .select('id')
      .where('id', '>', `${after}`)
      .where('type', 'in', tellingTypes)
      .orderBy('id')
      .limit(batch)
      .execute();
    const ids = lines.map(({ id }) => Number(id));
    const fresh = ids.filter((id) => !seen.has(id));
    if (fresh.length > 0) {
      await db.transaction().execute(async (trx) => {
        for (const eventId of fresh) await queue.send(trx, 'write-notice', { eventId }, { singletonKey: `${eventId}` });
      });
      for (const id of fresh) seen.add(id);
    }
    if (lines.length < batch) return;
    after = ids.at(-1) ?? after;
  }
}
