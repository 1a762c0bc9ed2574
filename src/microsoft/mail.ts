import { z } from 'zod';
import { mailboxRoot, type CalendarAccess } from './calendar.ts';
import { graph, type GraphDeps } from './graph.ts';

/**
 * Sends a message from the mailbox: MIME, so that it carries its calendar part and its headers. Graph's 202 says that it
 * was accepted, not that it arrived; a copy is kept under Sent Items.
 * @see https://learn.microsoft.com/graph/api/user-sendmail
 */
export async function sendMime(deps: GraphDeps, access: CalendarAccess, p: { mime: Buffer }): Promise<void> {
  await graph(deps, {
    accessToken: access.accessToken,
    signal: access.signal,
    method: 'POST',
    path: `${mailboxRoot(access)}/sendMail`,
    schema: z.undefined(),
    text: p.mime.toString('base64'),
  });
}
