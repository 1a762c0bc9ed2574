import { oneLine, type EmailContent } from '../email.ts';
import { layout } from './layout.ts';

type Facts = {
  endpoint: { id: string; url: string; failingSince: Date };
  member: { name: string; timeZone: string };
  workspaceName: string;
  publicUrl: string;
};

/** Tells an administrator that webhooks have not arrived at a receiver for a while, and what to do. */
export function webhookFailing({ endpoint, member, workspaceName, publicUrl }: Facts): EmailContent {
  const host = oneLine(URL.parse(endpoint.url)?.host ?? '', 120);
  const since = new Intl.DateTimeFormat('en-GB', {
    timeZone: member.timeZone,
    dateStyle: 'full',
    timeStyle: 'short',
    hourCycle: 'h23',
  }).format(endpoint.failingSince);
  return layout({
    subject: `Webhooks do not arrive at ${host}`,
    greeting: `Hello ${oneLine(member.name, 80)},`,
    paragraphs: [
      `Since ${since} (${member.timeZone}) nothing that Parley sent to a webhook endpoint at ${host} has arrived.`,
      'Every message is tried again for three days. After five days without a single success the endpoint is disabled.',
    ],
    steps: {
      title: 'What to do',
      items: [
        'Open the endpoint in Parley: its deliveries show what was sent and what came back.',
        'Put the receiver right, and send a test from there. As soon as one message arrives, the others follow by themselves.',
        'If nobody needs the messages any more, disable or delete the endpoint.',
      ],
    },
    link: { label: 'Open Parley', url: `${publicUrl}/console/` },
    footer: `You get this mail because you look after the workspace “${oneLine(workspaceName, 80)}” of Parley at ${publicUrl}.`,
  });
}
