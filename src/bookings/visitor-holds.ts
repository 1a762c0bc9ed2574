import { Problem } from '../problem.ts';
import type { OpenEventType } from '../scheduling/offer.ts';
import { release, reserve, sessionOf } from '../scheduling/reservations.ts';
import { requireOffer, type SchedulingDeps } from '../scheduling/service.ts';
import type { SlotChoice } from './visitor.ts';
import { holdKeyOf } from './wishes.ts';

const holdMs = 10 * 60_000;

/** Keeps a time for a visitor for ten minutes, instead of the one that was kept for them before. Throws `slot_taken`. */
export async function holdTime(
  deps: SchedulingDeps,
  open: OpenEventType,
  { key, ...wanted }: SlotChoice & { start: Date; key: string },
): Promise<{ expiresAt: Date }> {
  const holdKey = hashOf(key);
  const { eventType } = open;
  const { choices, start, end } = await requireOffer(deps, open, { ...wanted, holdKey });
  const expiresAt = new Date(deps.now().getTime() + holdMs);
  return deps.db.transaction().execute(async (trx) => {
    await release({ db: trx }, { holdKey });
    for (const choice of choices) {
      const time = {
        workspaceId: eventType.workspace_id,
        eventTypeId: eventType.id,
        hostIds: choice.map(({ memberId }) => memberId),
        start,
        end,
        capacity: eventType.capacity,
      };
      const sessionId = sessionOf(time, `hold/${holdKey.toString('hex')}`);
      if (await reserve({ ...deps, db: trx }, { ...time, sessionId }, { holdKey, expiresAt })) return { expiresAt };
    }
    throw new Problem('slot_taken');
  });
}

/** Gives back what was kept. */
export async function releaseHold({ db }: Pick<SchedulingDeps, 'db'>, key: string): Promise<void> {
  await release({ db }, { holdKey: hashOf(key) });
}

function hashOf(key: string): Buffer {
  const hash = holdKeyOf(key);
  if (!hash) throw new TypeError('a hold has a key');
  return hash;
}
