import { compose } from './compose.ts';
import type { EmailContent } from './email.ts';
import { instantText, textsOf, timeLeftText, type Locale } from './locale.ts';
import type { TemplateText } from './template.ts';

export type Administrator = {
  name: string;
  timeZone: string;
  locale: Locale;
  workspaceName: string;
  /** Whose address was given for this, and who is no administrator. */
  isNamed?: boolean;
};

type Facts = { reader: Administrator; publicUrl: string; text?: TemplateText | undefined };

export type EndingCredential = {
  credential: { kind: 'certificate' | 'secret'; name: string; expiresAt: Date };
  registration: { id: string; name: string; clientId: string };
  now: Date;
};

const dayMs = 24 * 60 * 60_000;

/** Which letter an administrator gets about a certificate or secret that ends soon, or has ended. */
export function credentialTemplate({ credential, now }: Pick<EndingCredential, 'credential' | 'now'>) {
  return credential.expiresAt > now ? 'credential_expiring' : 'credential_expired';
}

/** Tells an administrator that a certificate or secret of an app registration ends soon, or has ended, and what to do. */
export function credentialLetter(facts: Facts & EndingCredential): EmailContent {
  const { credential, registration, reader, publicUrl, now, text } = facts;
  const { locale, timeZone } = reader;
  const { words } = textsOf(locale);
  const msLeft = credential.expiresAt.getTime() - now.getTime();
  return compose({
    template: credentialTemplate(facts),
    locale,
    text,
    values: {
      'recipient.name': reader.name,
      'workspace.name': reader.workspaceName,
      'credential.kind': words[credential.kind],
      'credential.name': credential.name,
      'app.name': registration.name,
      'app.clientId': registration.clientId,
      when: instantText(credential.expiresAt, timeZone, locale),
      // At least two days, so that the unit is days.
      'time.left': msLeft <= dayMs ? words.withinADay : daysText(Math.round(msLeft / dayMs), locale),
      steps: credential.kind === 'certificate' ? words.certificateSteps : words.secretSteps,
    },
    surroundings: {
      buttons: [
        {
          label: words.openRegistration,
          url: `${publicUrl}/console/microsoft-365/app-registrations/${encodeURIComponent(registration.id)}`,
        },
      ],
      footer: words.whyAdministrator,
    },
  });
}

type WebhookFacts = Facts & {
  template: 'webhook_failing' | 'webhook_resumed';
  /** `since`: nothing has arrived since then; or it was switched off then. */
  endpoint: { id: string; url: string; since: Date };
};

/** Tells an administrator that webhooks have not arrived at a receiver for a while, or that it answers again. */
export function webhookLetter({ template, endpoint, reader, publicUrl, text }: WebhookFacts): EmailContent {
  const { words } = textsOf(reader.locale);
  return compose({
    template,
    locale: reader.locale,
    text,
    values: {
      'recipient.name': reader.name,
      'workspace.name': reader.workspaceName,
      'endpoint.host': URL.parse(endpoint.url)?.host ?? '',
      since: instantText(endpoint.since, reader.timeZone, reader.locale),
    },
    surroundings: {
      buttons: reader.isNamed
        ? []
        : [
            {
              label: words.openParley,
              url: `${publicUrl}/console/developers/webhooks/${encodeURIComponent(endpoint.id)}`,
            },
          ],
      footer: reader.isNamed ? words.whyNamed : words.whyAdministrator,
    },
  });
}

/** Tells whoever connected an account, and the administrators, that it has to be connected again. */
export function reconnectLetter({
  account,
  memberName,
  reader,
  publicUrl,
  text,
}: Facts & { account: string; memberName: string }): EmailContent {
  const { words } = textsOf(reader.locale);
  return compose({
    template: 'reconnect_needed',
    locale: reader.locale,
    text,
    values: {
      'recipient.name': reader.name,
      'workspace.name': reader.workspaceName,
      'member.name': memberName,
      account,
    },
    surroundings: {
      buttons: [{ label: words.openConnection, url: `${publicUrl}/console/microsoft-365/integrations`, main: true }],
      footer: words.whyAdministrator,
    },
  });
}

function daysText(days: number, locale: Locale): string {
  return days === 1
    ? new Intl.RelativeTimeFormat(textsOf(locale).formats, { numeric: 'always' }).format(1, 'day')
    : timeLeftText(days * 24 * 60, locale);
}
