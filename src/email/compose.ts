import { oneLine, plainLines, type EmailContent } from './email.ts';
import { layout, type Letter } from './letter.ts';
import { textsOf, type Locale } from './locale.ts';
import { fillBody, fillLine, type TemplateName, type TemplateText, type TemplateValues } from './template.ts';

/** What stands around the words of a letter: made here, and not for a workspace to change. */
export type Surroundings = Partial<Pick<Letter, 'details' | 'buttons' | 'hint' | 'footerLink'>> &
  Pick<Letter, 'footer'>;

export type Composition<Name extends TemplateName = TemplateName> = {
  template: Name;
  locale: Locale;
  /** The workspace's own words; Parley's where it has none. */
  text?: TemplateText | undefined;
  values: TemplateValues<Name>;
  surroundings: Surroundings;
};

/** Values that may have several lines; all others are names. */
const texts = new Set(['reason', 'visitor.note', 'decision.note', 'message', 'until.then']);

/** A letter with its values in place, as text and as HTML. Whatever the values hold stays text. */
export function compose<Name extends TemplateName>(composition: Composition<Name>): EmailContent {
  const { template, locale, values, surroundings } = composition;
  const { subject, body } = composition.text ?? textsOf(locale).templates[template];
  const clean = cleanValues(values);
  return layout({
    locale,
    subject: fillLine(subject, clean),
    blocks: fillBody(body, clean),
    details: (surroundings.details ?? []).filter(({ value }) => value !== ''),
    buttons: surroundings.buttons ?? [],
    hint: surroundings.hint,
    footer: fillLine(surroundings.footer, clean),
    footerLink: surroundings.footerLink,
  });
}

function cleanValues(values: Readonly<Record<string, string>>): Record<string, string> {
  const clean = Object.entries(values).map(([name, value]): [string, string] => {
    if (name === 'steps') return [name, value];
    return [name, texts.has(name) ? plainLines(value) : oneLine(value, 160)];
  });
  return Object.fromEntries(clean);
}
