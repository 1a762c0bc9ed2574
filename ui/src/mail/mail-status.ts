import type { EmailStatus } from '../api/mail.ts';

const statuses = ['sent', 'queued', 'failed'] as const satisfies EmailStatus[];

/** The list that `?status=` names. */
export function mailStatusOf(status: unknown): EmailStatus | undefined {
  return statuses.find((one) => one === status);
}
