import { oneLine, type EmailContent } from './email.ts';
import type { Locale } from './locale.ts';
import type { Block } from './template.ts';

/** A letter, part by part, in plain words: both of its forms are made from it, so that they say the same. */
export type Letter = {
  locale: Locale;
  subject: string;
  blocks: Block[];
  /** Facts that people look for at a glance. */
  details: { label: string; value: string }[];
  buttons: Button[];
  /** A sentence below the buttons. */
  hint?: string | undefined;
  /** Why this person gets it. */
  footer: string;
  footerLink?: Link | undefined;
};

export type Link = { label: string; url: string };
/** The main one stands out: joining, approving. */
export type Button = Link & { main?: boolean };

const font = "font-family: 'Segoe UI', system-ui, -apple-system, Helvetica, Arial, sans-serif";
/** Quieter than the letter, on a light and on a dark ground alike. */
const quiet = 'opacity: 0.75';

/** A letter as a mail: text, and HTML that needs no image, script or style sheet. */
export function layout(letter: Letter): EmailContent {
  return { subject: oneLine(letter.subject), text: asText(letter), html: asHtml(letter) };
}

function asText({ blocks, details, buttons, hint, footer, footerLink }: Letter): string {
  const parts = [
    ...blocks.map((block) => (block.kind === 'paragraph' ? block.text : numbered(block.items))),
    details.map(({ label, value }) => `${label}: ${value.replaceAll('\n', '\n  ')}`).join('\n'),
    ...buttons.map(asLines),
    hint ?? '',
    // RFC 3676, section 4.3: what follows is no part of the letter.
    `-- \n${[footer, footerLink && asLines(footerLink)].filter(Boolean).join('\n')}`,
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function numbered(items: string[]): string {
  return items.map((text, index) => `${index + 1}. ${text}`).join('\n');
}

function asLines({ label, url }: Link): string {
  return `${label}:\n${url}`;
}

function asHtml({ locale, subject, blocks, details, buttons, hint, footer, footerLink }: Letter): string {
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(oneLine(subject))}</title>
</head>
<body style="margin: 0; padding: 24px; font-size: 16px; line-height: 1.5; ${font}">
<div style="max-width: 36em">
${[...blocks.map(blockHtml), detailsHtml(details), ...buttons.map(buttonHtml)].filter(Boolean).join('\n')}
${hint ? `<p style="font-size: 14px; ${quiet}">${lines(hint)}</p>` : ''}
<hr style="border: 0; border-top: 1px solid #8a8886">
<p style="font-size: 14px; ${quiet}">${lines(footer)}${footerLink ? `<br>${anchor(footerLink)}` : ''}</p>
</div>
</body>
</html>
`;
}

function blockHtml(block: Block): string {
  // The direction follows the words: a note in Arabic stands on its own side.
  if (block.kind === 'paragraph') return `<p dir="auto">${lines(block.text)}</p>`;
  return `<ol>\n${block.items.map((text) => `<li>${lines(text)}</li>`).join('\n')}\n</ol>`;
}

function detailsHtml(details: Letter['details']): string {
  if (details.length === 0) return '';
  const label = `padding: 2px 16px 2px 0; vertical-align: top; text-align: left; font-weight: 400; ${quiet}`;
  const rows = details.map(
    (one) =>
      `<tr><th scope="row" style="${label}">${escape(one.label)}</th><td style="padding: 2px 0"><span dir="auto">${lines(one.value)}</span></td></tr>`,
  );
  return `<table style="border-collapse: collapse; margin: 16px 0; font-size: 16px">\n${rows.join('\n')}\n</table>`;
}

/** The colours hold on a light and on a dark ground; a table cell, because Outlook knows no padding of links. */
function buttonHtml({ label, url, main }: Button): string {
  if (!main) return `<p style="margin: 8px 0">${anchor({ label, url })}</p>`;
  const link = `display: inline-block; padding: 10px 20px; color: #ffffff; text-decoration: none; font-weight: 600`;
  return `<table role="presentation" style="border-collapse: separate; border-spacing: 0; margin: 16px 0"><tr><td bgcolor="#4f52b2" style="background-color: #4f52b2; border-radius: 4px"><a href="${escape(url)}" style="${link}">${escape(label)}</a></td></tr></table>`;
}

function anchor({ label, url }: Link): string {
  return `<a href="${escape(url)}">${escape(label)}</a>`;
}

function lines(text: string): string {
  return escape(text).replaceAll('\n', '<br>');
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
