import type { Log } from '../log.ts';
import type { EmailDeps } from './service.ts';

/** Sends one mail, unless it was sent. */
export async function sendEmail(_deps: EmailDeps & { log: Log }, _data: { emailId: string }): Promise<void> {}
