import { oneLine, type EmailContent } from '../email.ts';

/** A letter, part by part, in plain words: both of its forms are made from it, so that they say the same. */
export type Letter = {
  subject: string;
  greeting: string;
  paragraphs: string[];
  steps: { title: string; items: string[] };
  link: { label: string; url: string };
  /** Why this person gets it. */
  footer: string;
};

const font = "font-family: 'Segoe UI', system-ui, -apple-system, Helvetica, Arial, sans-serif";

/** A letter as a mail: text, and HTML that needs no image, script or style sheet. */
export function layout(letter: Letter): EmailContent {
  return { subject: oneLine(letter.subject), text: asText(letter), html: asHtml(letter) };
}

function asText({ greeting, paragraphs, steps, link, footer }: Letter): string {
  const list = steps.items.map((item, index) => `${index + 1}. ${item}`).join('\n');
  const parts = [greeting, ...paragraphs, `${steps.title}\n${list}`, `${link.label}:\n${link.url}`, `-- \n${footer}`];
  return `${parts.join('\n\n')}\n`;
}

function asHtml({ subject, greeting, paragraphs, steps, link, footer }: Letter): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(oneLine(subject))}</title>
</head>
<body style="margin: 0; padding: 24px; font-size: 16px; line-height: 1.5; ${font}">
<div style="max-width: 36em">
${[greeting, ...paragraphs].map((paragraph) => `<p>${escape(paragraph)}</p>`).join('\n')}
<h2 style="font-size: 16px">${escape(steps.title)}</h2>
<ol>
${steps.items.map((item) => `<li>${escape(item)}</li>`).join('\n')}
</ol>
<p><a href="${escape(link.url)}">${escape(link.label)}</a></p>
<hr style="border: 0; border-top: 1px solid #8a8886">
<p style="font-size: 14px">${escape(footer)}</p>
</div>
</body>
</html>
`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
