import { compose } from './compose.ts';
import type { EmailContent } from './email.ts';
import { textsOf, type Locale } from './locale.ts';
import type { TemplateText } from './template.ts';

export type ConnectAgainFacts = {
  reader: { name: string; locale: Locale };
  workspaceName: string;
  account: string;
  /** Where they connect: the console for members, a link of their own for everybody else, which works for some days. */
  url: string;
  linkDays: number | undefined;
  /** Whether the connection rests until then. */
  rests: boolean;
  /** Words of whoever asks; may be empty. */
  message: string;
  text?: TemplateText | undefined;
};

/** Asks the owner of an account to connect it again. */
export function connectAgainLetter(facts: ConnectAgainFacts): EmailContent {
  const { reader, url, linkDays, text } = facts;
  const { words } = textsOf(reader.locale);
  return compose({
    template: 'connect_again',
    locale: reader.locale,
    text,
    values: {
      'recipient.name': reader.name,
      'workspace.name': facts.workspaceName,
      account: facts.account,
      message: facts.message,
      'until.then': facts.rests ? words.restsUntilThen : words.goesOnUntilThen,
    },
    surroundings: {
      buttons: [{ label: words.connectAgain, url, main: true }],
      hint: linkDays === undefined ? undefined : words.connectLinkHint.replaceAll('{{days}}', String(linkDays)),
      footer: words.whyConnected,
    },
  });
}
