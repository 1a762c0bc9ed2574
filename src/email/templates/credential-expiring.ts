import { oneLine, type EmailContent } from '../email.ts';
import { layout } from './layout.ts';

type Facts = {
  credential: { kind: 'certificate' | 'secret'; name: string; expiresAt: Date };
  registration: { id: string; name: string; clientId: string };
  member: { name: string; timeZone: string };
  workspaceName: string;
  publicUrl: string;
  now: Date;
};

const dayMs = 24 * 60 * 60_000;
const kinds = { certificate: 'certificate', secret: 'client secret' };

/** Tells an administrator that a certificate or secret of an app registration ends soon, or has ended, and what to do. */
export function credentialExpiring(facts: Facts): EmailContent {
  const { credential, registration, member, workspaceName, publicUrl, now } = facts;
  const kind = kinds[credential.kind];
  const [name, app] = [oneLine(credential.name, 80), oneLine(registration.name, 80)];
  const msLeft = credential.expiresAt.getTime() - now.getTime();
  const over = msLeft <= 0;
  const when = formatInstant(credential.expiresAt, member.timeZone);
  return layout({
    subject: `The ${kind} “${name}” of “${app}” ${over ? 'has ended' : `ends ${timeLeft(msLeft)}`}`,
    greeting: `Hello ${oneLine(member.name, 80)},`,
    paragraphs: [
      `The ${kind} “${name}” of the app registration “${app}” ${over ? `ended on ${when}` : `ends on ${when}, ${timeLeft(msLeft)}`}.`,
      over
        ? 'Microsoft does not accept it any more. If the app registration has another one that works, Parley uses that. If not, Parley can make, move and cancel no meetings for the Microsoft 365 tenants of this app registration until it has one.'
        : 'Nothing changes until then. Afterwards Microsoft does not accept it any more, and without another one that works, Parley can make, move and cancel no meetings for the Microsoft 365 tenants of this app registration.',
    ],
    steps: { title: 'What to do', items: steps[credential.kind](oneLine(registration.clientId, 80)) },
    link: {
      label: 'Open the app registration in Parley',
      url: `${publicUrl}/console/microsoft-365/app-registrations/${encodeURIComponent(registration.id)}`,
    },
    footer: `You get this mail because you look after the workspace “${oneLine(workspaceName, 80)}” of Parley at ${publicUrl}.`,
  });
}

const lastStep =
  'Let Parley check the new one. From then on Parley uses it, and the old one can be removed. Both may exist at the same time, so no meeting is affected.';

const steps = {
  certificate: (clientId: string) => [
    'Make a new certificate on the page of the app registration in Parley, and download its .cer file.',
    `In Microsoft Entra, open the app registration with the application (client) ID ${clientId} and upload the file under “Certificates & secrets”. Whoever has the role Application Administrator can do this.`,
    lastStep,
  ],
  secret: (clientId: string) => [
    `In Microsoft Entra, open the app registration with the application (client) ID ${clientId} and make a new client secret under “Certificates & secrets”. Whoever has the role Application Administrator can do this.`,
    'Add its Value, not its Secret ID, on the page of the app registration in Parley. A certificate would last longer and never leave Parley.',
    lastStep,
  ],
};

function timeLeft(ms: number): string {
  if (ms <= dayMs) return 'within a day';
  const days = Math.round(ms / dayMs);
  return days === 1 ? 'in 1 day' : `in ${days} days`;
}

/** “Tuesday 24 November 2026 at 10:00 (Europe/Berlin)”. */
function formatInstant(instant: Date, timeZone: string): string {
  const day = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return `${day.format(instant).replace(',', '')} at ${clock.format(instant)} (${timeZone})`;
}
