import type { Email, EmailStatus, EmailTemplate } from '../api/mail.ts';
import type { State } from '../parts/state-label.tsx';
import { dayText, momentText, timeText } from '../parts/when.ts';

/** What a letter is for, by its name in the API. */
const letters: Record<EmailTemplate['template'], { words: string; when: string }> = {
  requested: { words: 'Request received', when: 'To the visitor, as soon as they have asked for a time.' },
  to_approve: { words: 'Request to approve', when: 'To the operators, with links to approve and to decline.' },
  approved: { words: 'Request approved', when: 'To the visitor, once somebody has approved it.' },
  declined: { words: 'Request declined', when: 'To the visitor, with the reason that was given.' },
  confirmed: { words: 'Booking confirmed', when: 'To the visitor, where Parley invites.' },
  confirmed_staff: { words: 'Booking confirmed, for operators', when: 'To the operators whom Outlook does not tell.' },
  rescheduled: { words: 'Booking moved', when: 'To the visitor, where Parley invites.' },
  rescheduled_staff: { words: 'Booking moved, for operators', when: 'To the operators whom Outlook does not tell.' },
  cancelled: { words: 'Booking cancelled', when: 'To everybody who was invited, where Parley invites.' },
  cancelled_staff: { words: 'Booking cancelled, for operators', when: 'To the operators whom Outlook does not tell.' },
  reminder: { words: 'Reminder', when: 'To the visitor, at the times that the event type names.' },
  link_ready: { words: 'Teams link ready', when: 'To the visitor, when the link came after the confirmation.' },
  recording_ready: {
    words: 'Recording ready',
    when: 'To the visitor, once the portal shows a recording or transcript.',
  },
  connect_again: { words: 'Connect again', when: 'To whoever is asked to connect their account again.' },
  reconnect_needed: { words: 'Reconnect needed', when: 'To the person whose connection has ended.' },
  credential_expiring: { words: 'Credential about to end', when: 'To administrators, from 60 days before.' },
  credential_expired: { words: 'Credential ended', when: 'To administrators.' },
  webhook_failing: { words: 'Webhook failing', when: 'To administrators, before it is switched off.' },
  webhook_resumed: { words: 'Webhook works again', when: 'To administrators, when it was switched off before.' },
};

const known: ReadonlyMap<string, { words: string; when: string }> = new Map(Object.entries(letters));

/** What a letter is called. */
export function letterName(template: string | null): string {
  if (template === null) return 'Mail';
  return known.get(template)?.words ?? sentence(template.replaceAll('_', ' '));
}

/** Who gets a letter, and when. */
export function letterWhen(template: string): string {
  return known.get(template)?.when ?? '';
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How a mail stands, as a state. */
export function mailState(email: Email, zone: string): State {
  const { status, retryAt, attempts } = email;
  if (status === 'sent') return { tone: 'good', words: sentText(email, zone) };
  if (status === 'withdrawn') return { tone: 'quiet', words: 'Withdrawn: it was not true any more' };
  if (status === 'failed') return { tone: 'problem', words: 'Not sent' };
  if (attempts > 0 && retryAt) return { tone: 'waiting', words: `Next try ${momentText(retryAt, zone)}` };
  return { tone: 'waiting', words: 'On its way' };
}

/** On the day on which it was written the time is enough. */
function sentText({ sentAt, createdAt }: Email, zone: string): string {
  if (sentAt === null) return 'Sent';
  const sameDay = dayText(sentAt, zone) === dayText(createdAt, zone);
  return `Sent ${sameDay ? `at ${timeText(sentAt, zone)}` : momentText(sentAt, zone)}`;
}

export const mailFilters: { status: EmailStatus | undefined; words: string; none: string }[] = [
  { status: undefined, words: 'All', none: 'No mail was sent yet.' },
  { status: 'sent', words: 'Sent', none: 'No mail was sent yet.' },
  { status: 'queued', words: 'On the way', none: 'No mail is on its way.' },
  { status: 'failed', words: 'Not sent', none: 'Every mail was sent.' },
];
