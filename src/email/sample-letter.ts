import { credentialLetter, reconnectLetter, webhookLetter } from './administrator-letter.ts';
import { bookingLetter, type BookingFacts } from './booking-letter.ts';
import { connectAgainLetter } from './connect-again-letter.ts';
import type { EmailContent } from './email.ts';
import type { Locale } from './locale.ts';
import type { TemplateName, TemplateText } from './template.ts';

type Sample = {
  template: TemplateName;
  locale: Locale;
  text: TemplateText;
  workspaceName: string;
  publicUrl: string;
  now: Date;
};

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** A letter about people and times that do not exist, to show how a text turns out. */
export function sampleLetter({ template, locale, text, workspaceName, publicUrl, now }: Sample): EmailContent {
  const timeZone = 'Europe/Berlin';
  const reader = { name: 'Dana Reyes', locale, timeZone, workspaceName };
  const common = { reader, publicUrl, text };
  if (template === 'credential_expiring' || template === 'credential_expired') {
    const expiresAt = new Date(now.getTime() + (template === 'credential_expired' ? -dayMs : 30 * dayMs));
    const registration = { id: 'app_sample', name: 'Front desk', clientId: '00000000-0000-0000-0000-000000000000' };
    const credential = { kind: 'certificate' as const, name: 'Autumn', expiresAt };
    return credentialLetter({ ...common, credential, registration, now });
  }
  if (template === 'webhook_failing' || template === 'webhook_resumed') {
    const endpoint = { id: 'whe_sample', url: 'https://hooks.example.com', since: now };
    return webhookLetter({ ...common, template, endpoint });
  }
  if (template === 'reconnect_needed') {
    return reconnectLetter({ ...common, account: 'dana@example.com', memberName: 'Dana Reyes' });
  }
  if (template === 'connect_again') {
    const message = 'We now also make a lobby for your meetings.';
    const link = { url: `${publicUrl}/connect/to/sample`, linkDays: 14 };
    return connectAgainLetter({
      reader,
      workspaceName,
      account: 'dana@example.com',
      ...link,
      rests: false,
      message,
      text,
    });
  }
  const facts = sampleFacts({ locale, workspaceName, publicUrl, now, timeZone }, template);
  return bookingLetter(template, facts, text);
}

type Setting = Pick<Sample, 'locale' | 'workspaceName' | 'publicUrl' | 'now'> & { timeZone: string };

function sampleFacts(
  { locale, workspaceName, publicUrl, now, timeZone }: Setting,
  template: TemplateName,
): BookingFacts {
  const start = new Date(Math.ceil((now.getTime() + 3 * dayMs) / (30 * minuteMs)) * 30 * minuteMs);
  const end = new Date(start.getTime() + 30 * minuteMs);
  const before = { start: new Date(start.getTime() - dayMs), end: new Date(end.getTime() - dayMs) };
  const forStaff = template === 'to_approve' || template.endsWith('_staff');
  const page = `${publicUrl}/bookings/sample`;
  return {
    reader: { name: forStaff ? 'Dana Reyes' : 'Sam Okafor', locale, timeZone },
    workspaceName,
    eventTitle: 'Introductory call',
    operatorNames: ['Dana Reyes'],
    visitor: { name: 'Sam Okafor', email: 'sam@example.org', note: 'I would like to talk about next year.' },
    companions: [],
    start,
    end,
    before,
    teams: { joinUrl: 'https://teams.microsoft.com/l/meetup-join/sample' },
    reason: 'Something urgent has come up. I am sorry.',
    decisionNote: 'Please bring your papers.',
    minutesLeft: 24 * 60,
    links: {
      ...(forStaff ? { console: `${publicUrl}/console/bookings` } : { manage: page }),
      ...(template === 'to_approve' && { approve: page, decline: page }),
      ...(template === 'recording_ready' && { recording: page }),
      ...(template === 'reminder' && { stopReminders: page }),
    },
  };
}
