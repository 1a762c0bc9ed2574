import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { isStateOf, type SubscribedRow, type WatchTable } from './watch.ts';

/** What a notification says, before anything of it is believed. */
export type Told = {
  subscriptionId: string;
  clientState: string;
  what: 'changed' | 'missed' | 'removed' | 'reauthorize';
};

/** What carries the secret of the subscription that it names, each with the row whose subscription it is. */
export function believed<One extends Told, Row extends SubscribedRow>(
  rows: readonly Row[],
  told: readonly One[],
): { told: One; row: Row }[] {
  const byId = new Map(rows.map((row) => [row.subscription_id, row]));
  return told.flatMap((one) => {
    const row = byId.get(one.subscriptionId);
    return row && isStateOf(row, one.clientState) ? [{ told: one, row }] : [];
  });
}

/** The rows about which one of these things was told, each once. */
export function rowsTold<Row extends SubscribedRow>(
  heard: readonly { told: Told; row: Row }[],
  ...whats: Told['what'][]
): Row[] {
  return [...new Map(heard.filter(({ told }) => whats.includes(told.what)).map(({ row }) => [row.id, row])).values()];
}

/** Has subscriptions that are gone, or asked to be renewed, looked after now. One that is just failing waits for its turn. */
export async function hurrySubscriptions(
  { db, now }: { db: Kysely<Database>; now: () => Date },
  table: WatchTable,
  rows: readonly SubscribedRow[],
  { gone }: { gone: boolean },
): Promise<void> {
  for (const row of rows) {
    await db
      .updateTable(table)
      .set({ ...(gone && { subscription_id: null }), subscription_due_at: now() })
      .where('id', '=', row.id)
      .where('subscription_id', '=', row.subscription_id)
      .where('subscription_attempts', '=', 0)
      .execute();
  }
}
