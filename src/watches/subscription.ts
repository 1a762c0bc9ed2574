import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { eventsResource } from '../microsoft/subscriptions.ts';
import type { InMailbox } from '../organizers/mailbox.ts';
import { keepSubscribed } from './subscribing.ts';
import type { WatchRow } from './watch.ts';

type Deps = { db: Kysely<Database>; now: () => Date; publicUrl: string };

/** Has Microsoft tell of what changes in a watched calendar. Whatever was missed while it did not is read at once. */
export function keepCalendarSubscribed(deps: Deps, call: InMailbox, watch: WatchRow): Promise<void> {
  return keepSubscribed(deps, call, watch, {
    table: 'calendar_watches',
    life: 'event',
    draft: { resource: eventsResource(call.access.mailbox), changeTypes: ['created', 'updated', 'deleted'] },
    onMade: (trx) =>
      trx.updateTable('calendar_watches').set({ read_due_at: deps.now() }).where('id', '=', watch.id).execute(),
  });
}
