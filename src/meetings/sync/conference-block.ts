import { createHash } from 'node:crypto';
import type { ExternalConference } from '../../database/schema.ts';

/** By its class the block is found again in a body that people have edited: Outlook keeps classes, or writes before them. */
const classPrefix = 'parley-conference-';
const opening = /<div\b[^<>]*parley-conference-[0-9a-f]{16}[^<>]*>/gi;
/** A longer link is no place that anybody reads. */
const longestPlace = 255;

/** The details of a conference as HTML of an invitation; nothing where there is none. */
export function conferenceBlock(conference: ExternalConference | null): string {
  if (!conference) return '';
  const { provider, url, meetingCode, password, pin, phone = [] } = conference;
  const address = escapeHtml(url);
  const lines = Object.entries({ 'Meeting code': meetingCode, Password: password, PIN: pin, Phone: phone.join(', ') })
    .filter(([, value]) => value)
    .map(([name, value = '']) => `${name}: ${escapeHtml(value)}`);
  const text =
    `<p><b>${escapeHtml(provider)}</b></p><p><a href="${address}">${address}</a></p>` +
    (lines.length > 0 ? `<p>${lines.join('<br>')}</p>` : '');
  return `<div class="${classPrefix}${createHash('sha256').update(text).digest('hex').slice(0, 16)}">${text}</div>`;
}

/** Where an event with this conference takes place: at its link, or by its name where the link is too long for a place. */
export function placeOf(conference: ExternalConference | null): string {
  if (!conference) return '';
  return conference.url.length <= longestPlace ? conference.url : conference.provider;
}

/**
 * The body with this block in the place of the one that is there, or at its end; all else stays as it is. A body that
 * tells of the same conference already stays as it is, too.
 */
export function withBlock(html: string, block: string): string {
  const found = blocksIn(html);
  const [first] = found;
  if (found.length === 1 && first && classOf(first.html) === classOf(block)) return html;
  if (!first) return block === '' ? html : appended(html, block);
  const parts = found.map(
    ({ start }, index) => html.slice(found[index - 1]?.end ?? 0, start) + (index === 0 ? block : ''),
  );
  return parts.join('') + html.slice(found.at(-1)?.end);
}

/** Whether a place was written there with one of the blocks of a body. */
export function isPlaceOfBlock(html: string, place: string): boolean {
  const text = `>${escapeHtml(place)}<`;
  return blocksIn(html).some((block) => block.html.includes(text));
}

/** The blocks in a body from `<div>` to its own `</div>`: people who edit it may have put others inside. */
function blocksIn(html: string): { start: number; end: number; html: string }[] {
  const found: { start: number; end: number; html: string }[] = [];
  for (const { index: start } of html.matchAll(opening)) {
    if (start < (found.at(-1)?.end ?? 0)) continue;
    const end = endOfDiv(html, start);
    if (end === undefined) break;
    found.push({ start, end, html: html.slice(start, end) });
  }
  return found;
}

function endOfDiv(html: string, start: number): number | undefined {
  const tag = /<(\/?)div\b[^<>]*>/gi;
  tag.lastIndex = start;
  let depth = 0;
  for (let match = tag.exec(html); match; match = tag.exec(html)) {
    depth += match[1] ? -1 : 1;
    if (depth === 0) return tag.lastIndex;
  }
  return undefined;
}

function classOf(html: string): string | undefined {
  return /parley-conference-[0-9a-f]{16}/i.exec(html)?.[0];
}

function appended(html: string, block: string): string {
  const at = html.search(/<\/body\s*>/i);
  return at === -1 ? html + block : html.slice(0, at) + block + html.slice(at);
}

function escapeHtml(text: string): string {
  const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, (sign) => escapes[sign] ?? sign);
}
