import { createHash, randomInt, randomUUID } from 'node:crypto';
import type { Switches } from '../context.ts';
import type { OnlineMeeting } from './mailboxes.ts';

/** Makes a Teams meeting with a join URL in the form that the tenant uses. */
export function makeMeeting(
  organizer: { id: string; tenantId: string },
  form: Switches['joinUrlForm'],
  now: number,
): OnlineMeeting {
  const threadId = `19:meeting_${Buffer.from(randomUUID()).toString('base64')}@thread.v2`;
  return {
    threadId,
    joinUrl: form === 'meet' ? shortJoinUrl(threadId) : classicJoinUrl(threadId, organizer),
    conferenceId: String(randomInt(100_000_000, 999_999_999)),
    madeAt: now,
  };
}

/** The body as Exchange keeps it: one HTML page, scripts removed, Teams' block at the end. */
export function storedBody(
  body: { contentType: string; content: string } | undefined,
  meeting: OnlineMeeting | null,
): string {
  const content = body?.contentType.toLowerCase() === 'text' ? textToHtml(body.content) : sanitise(body?.content ?? '');
  const inner =
    /<body[^>]*>([\s\S]*?)<\/body>/i.exec(content)?.[1] ?? content.replace(/<\/?(html|head|body)[^>]*>/gi, '');
  const block = meeting === null || mentionsMeeting(inner, meeting) ? '' : teamsBlock(meeting);
  return page(inner + block);
}

/** Whether a body still carries the meeting: its join URL, as text or as HTML. */
export function mentionsMeeting(content: string, meeting: OnlineMeeting): boolean {
  return content.includes(meeting.joinUrl) || content.includes(escapeHtml(meeting.joinUrl));
}

/** The body without Teams' block, as it reads before the link exists. */
export function withoutBlock(html: string): string {
  return html.replace(/\s*<div class="me-email-text"[\s\S]*?<!-- end of meeting details -->\s*<\/div>/gi, '');
}

/** Plain text of a body, for `Prefer: outlook.body-content-type="text"` and `bodyPreview`. */
export function htmlToText(html: string): string {
  return unescapeHtml(
    html
      .replace(/<head>[\s\S]*?<\/head>/gi, '')
      .replace(/<\/th>/gi, ': ')
      .replace(/<(br|\/p|\/div|\/h\d|\/li)[^>]*>/gi, '\n')
      .replace(/<!--[\s\S]*?-->/g, '')
      .replace(/<[^>]+>/g, ''),
  )
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Text made safe to stand in HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function teamsBlock(meeting: OnlineMeeting): string {
  const url = escapeHtml(meeting.joinUrl);
  const conference = `${meeting.conferenceId.slice(0, 3)} ${meeting.conferenceId.slice(3, 6)} ${meeting.conferenceId.slice(6)}`;
  return (
    `<div class="me-email-text" lang="en-US"><p>${'_'.repeat(80)}</p>` +
    `<p><b>Microsoft Teams meeting</b></p><p><a class="me-email-headline" href="${url}">Join Microsoft Teams Meeting</a></p>` +
    `<p>Meeting ID: ${conference}</p>` +
    `<p><a href="https://teams.microsoft.com/meetingOptions/?threadId=${encodeURIComponent(meeting.threadId)}">Meeting options</a></p>` +
    `<!-- end of meeting details --></div>`
  );
}

/** `{"Tid":…,"Oid":…}` and the thread are percent-encoded with lower-case hex digits. */
function classicJoinUrl(threadId: string, organizer: { id: string; tenantId: string }): string {
  const context = JSON.stringify({ Tid: organizer.tenantId, Oid: organizer.id });
  return `https://teams.microsoft.com/l/meetup-join/${lowerHex(threadId)}/0?context=${lowerHex(context)}`;
}

function shortJoinUrl(threadId: string): string {
  const hash = createHash('sha256').update(threadId).digest('base64url').slice(0, 22);
  return `https://teams.microsoft.com/meet/${randomInt(10 ** 12, 10 ** 13)}?p=${hash}`;
}

function lowerHex(text: string): string {
  return encodeURIComponent(text).replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
}

function page(inner: string): string {
  return `<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>\r\n<body>\r\n${inner.trim()}\r\n</body>\r\n</html>\r\n`;
}

function textToHtml(text: string): string {
  const lines = escapeHtml(text).replaceAll('\r\n', '\n').replaceAll('\n', '<br>\r\n');
  return text === '' ? '' : `<div class="PlainText">${lines}</div>`;
}

/** Removes what can act: scripts, frames, event handlers, `javascript:` links. */
function sanitise(html: string): string {
  return html
    .replace(/<(script|iframe|object)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<\/?(script|iframe|object|embed|form|meta|link|base)\b[^>]*>/gi, '')
    .replace(/\son\w+\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, '')
    .replace(/\b(href|src)\s*=\s*(["']?)\s*javascript:[^"'>\s]*\2/gi, '');
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
