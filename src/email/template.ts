const booking = [
  'recipient.name',
  'visitor.name',
  'visitor.email',
  'operator.names',
  'eventType.title',
  'workspace.name',
  'when',
] as const;
const credential = [
  'recipient.name',
  'workspace.name',
  'credential.kind',
  'credential.name',
  'app.name',
  'app.clientId',
  'when',
  'steps',
] as const;

/** Every letter that Parley writes, with what may stand in its text between `{{` and `}}`. */
export const placeholders = {
  requested: [...booking, 'visitor.note'],
  to_approve: [...booking, 'visitor.note'],
  approved: [...booking, 'decision.note'],
  declined: [...booking, 'reason'],
  confirmed: booking,
  confirmed_staff: [...booking, 'visitor.note'],
  rescheduled: [...booking, 'when.before'],
  rescheduled_staff: [...booking, 'when.before'],
  cancelled: [...booking, 'reason'],
  cancelled_staff: [...booking, 'reason'],
  reminder: [...booking, 'time.left'],
  link_ready: booking,
  recording_ready: booking,
  connect_again: ['recipient.name', 'workspace.name', 'account', 'until.then', 'message'],
  reconnect_needed: ['recipient.name', 'workspace.name', 'member.name', 'account'],
  credential_expiring: [...credential, 'time.left'],
  credential_expired: credential,
  webhook_failing: ['recipient.name', 'workspace.name', 'endpoint.host', 'since'],
  webhook_resumed: ['recipient.name', 'workspace.name', 'endpoint.host', 'since'],
} as const satisfies Record<string, readonly string[]>;

export type TemplateName = keyof typeof placeholders;
export const templateNames = Object.keys(placeholders) as TemplateName[];

/** What stands for each placeholder of a letter: plain text, however hostile. An empty one is left out. */
export type TemplateValues<Name extends TemplateName = TemplateName> = Record<
  (typeof placeholders)[Name][number],
  string
>;

/** A letter's own words, with placeholders. The body has paragraphs, and lists of lines that begin with `1.` */
export type TemplateText = { subject: string; body: string };

const pattern = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** The placeholders of a text that its letter does not have, and braces that are left open. */
export function unknownPlaceholders(template: TemplateName, text: string): string[] {
  const known: readonly string[] = placeholders[template];
  const unknown = [...text.matchAll(pattern)].map(([, name = '']) => name).filter((name) => !known.includes(name));
  const rest = text.replaceAll(pattern, '');
  return [...new Set([...unknown, ...(rest.match(/\{\{|\}\}/g) ?? [])])];
}

/** Part of a letter: a paragraph, or a numbered list. Line breaks within a text are kept. */
export type Block = { kind: 'paragraph'; text: string } | { kind: 'list'; items: string[] };

/**
 * The body with its values in place. What a value holds makes no new paragraph and no list; a block whose placeholders
 * all turn out empty is left out. `steps` is of our own making, and a body itself.
 */
export function fillBody(body: string, values: Readonly<Record<string, string>>): Block[] {
  return body
    .replaceAll('\r\n', '\n')
    .split(/\n\s*\n/)
    .flatMap((block) => (block.trim() === '{{steps}}' ? (values['steps'] ?? '').split(/\n\s*\n/) : [block]))
    .map((block) => block.trim())
    .filter((block) => block !== '' && !isEmptied(block, values))
    .flatMap((block) => asBlocks(block, values));
}

/** A subject, or another text on one line, with its values in place. */
export function fillLine(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(pattern, (_, name: string) => values[name] ?? '');
}

function isEmptied(block: string, values: Readonly<Record<string, string>>): boolean {
  const names = [...block.matchAll(pattern)].map(([, name = '']) => name);
  return names.length > 0 && names.every((name) => !values[name]);
}

const item = /^\d{1,2}\.\s+/;

function asBlocks(block: string, values: Readonly<Record<string, string>>): Block[] {
  const blocks: Block[] = [];
  for (const line of block.split('\n').map((one) => one.trim())) {
    const last = blocks.at(-1);
    const text = fillLine(line.replace(item, ''), values);
    if (item.test(line)) {
      if (last?.kind === 'list') last.items.push(text);
      else blocks.push({ kind: 'list', items: [text] });
    } else if (last?.kind === 'paragraph') last.text += `\n${text}`;
    else blocks.push({ kind: 'paragraph', text });
  }
  return blocks;
}
