import { manageUrlPlaceholder } from '../meetings/meeting.ts';

type Invitation = { title: string; description: string; visitorName: string; visitorEmail: string; note: string };

/** The HTML of the one invitation that host and visitor both receive; Outlook adds the time and Teams' join block. */
export function invitationHtml({ title, description, visitorName, visitorEmail, note }: Invitation): string {
  const paragraphs = [
    `<p><strong>${escapeHtml(title)}</strong></p>`,
    description && `<p>${lines(description)}</p>`,
    `<p>Booked by ${escapeHtml(visitorName)} (${escapeHtml(visitorEmail)}).</p>`,
    note && `<p>${lines(note)}</p>`,
    `<p>Another time suits better? <a href="${manageUrlPlaceholder}">Move or cancel this meeting</a>.</p>`,
  ];
  return paragraphs.filter(Boolean).join('\n');
}

/** The same for a group: what all who share the meeting may read, so nobody's name, and nobody's own link. */
export function groupInvitationHtml({ title, description }: Pick<Invitation, 'title' | 'description'>): string {
  const paragraphs = [`<p><strong>${escapeHtml(title)}</strong></p>`, description && `<p>${lines(description)}</p>`];
  return paragraphs.filter(Boolean).join('\n');
}

function lines(text: string): string {
  return escapeHtml(text).replaceAll(/\r?\n/g, '<br>');
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Also breaks up the placeholder of the visitor's link, so that nobody can type it into a note. */
function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '').replaceAll('%', '&#37;');
}
