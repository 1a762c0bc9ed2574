import { Problem, type ProblemCode } from '../problem.ts';
import { dateIn, formatClock, formatDay, zoneCity } from '../scheduling/date-text.ts';
import type { MessageModel } from '../http/message.ts';
import type { VisitorBooking } from './visitor.ts';

/** Sentences that stand on a page beside something else. */
export const words = {
  gone: 'This time is no longer free. These are the times that are free now.',
  taken: 'Somebody else has just taken this time. What you typed is kept; choose another time.',
  notOffered: 'This time is no longer offered. What you typed is kept; choose another time.',
  passing: 'This time cannot be booked right now, and nothing is booked yet. Try again in a minute.',
  longReason: 'Use at most 1,000 characters for the message.',
  notAChoice: 'This address names a length or a person that cannot be chosen here. Choose from what is offered.',
  tooManyTimes: 'So many times cannot be booked together. Choose fewer.',
  seriesChanged: 'The times have changed since you looked, and nothing is booked yet. These are free now.',
  notHeld: 'We cannot keep this time for you right now. You can book it as long as nobody else has.',
  heldByAnother:
    'Somebody else is about to book this time. You can go on: it is yours if they don’t. Or choose another time.',
} as const;

/** Pages that say one thing. */
export const messages = {
  noEventType: {
    heading: 'There is nothing to book here',
    words:
      'The address may be mistyped, or the host no longer uses it. Ask the person who sent it to you for a new one.',
  },
  noBooking: {
    heading: 'This booking was not found',
    words: 'The address may be incomplete. Open the link from your confirmation once more.',
  },
  noRequest: {
    heading: 'This link does not work',
    words:
      'It may be incomplete, or it was made for somebody who no longer decides about requests. Open the console to see all requests.',
    action: { text: 'Open the console', url: '/console/' },
  },
  tooLarge: {
    heading: 'This is too much text',
    words: 'Go back, shorten what you typed and send it again. Nothing was booked.',
  },
  foreignForm: {
    heading: 'This form was sent from another site',
    words: 'Nothing was booked or changed. Open the booking page itself and send the form from there.',
  },
  notAForm: {
    heading: 'This is not the form of this page',
    words: 'Nothing was booked or changed. Open the booking page itself and send its form.',
  },
  broken: {
    heading: 'Something went wrong on our side',
    words: 'Please try again in a minute. If you were booking a time, look for a confirmation in your e-mail first.',
  },
} as const satisfies Record<string, MessageModel>;

/** What visitors see when the host cannot take bookings, whatever the reason is. */
export function closedMessage(hostName: string): MessageModel {
  return {
    heading: 'No online bookings right now',
    words: `${hostName} is not taking online bookings right now. Please ask for a time in another way, or look again later.`,
  };
}

export type Refusal = { status: 400 | 503; message: MessageModel };

/** How a refusal reads to a visitor. `undefined` when it is a failure of ours and not an answer. */
export function refusalOf(problem: Problem, hostName: string, path: string): Refusal | undefined {
  const { code, detail } = problem;
  if (isOurs(problem)) return undefined;
  if (code === 'invalid_request') {
    const action = { text: 'Start again', url: path };
    return {
      status: 400,
      message: { heading: 'This address is not right', words: detail ?? messages.notAForm.words, action },
    };
  }
  if (isPassing(problem)) {
    const told = `The calendar of ${hostName} cannot be read right now, so no times are offered. Nothing was booked or changed.`;
    const action = { text: 'Try again', url: path };
    return { status: 503, message: { heading: 'The times cannot be shown right now', words: told, action } };
  }
  return { status: 503, message: closedMessage(hostName) };
}

/** Whether the same may work in a minute, so that what was typed is worth keeping. */
export function isPassing(problem: Problem): boolean {
  return problem.retryable && !isOurs(problem);
}

function isOurs({ code }: Problem): boolean {
  return code === 'internal_error' || code === 'database_unavailable';
}

const lostSlot: Partial<Record<ProblemCode, string>> = { slot_taken: words.taken, slot_not_offered: words.notOffered };

/** What to say when a time was lost while the visitor was typing; `undefined` for any other problem. */
export function lostSlotWords(error: unknown): string | undefined {
  return error instanceof Problem ? lostSlot[error.code] : undefined;
}

/** How many take part, where others do as well. */
export function groupRemark(capacity: number): string[] {
  return capacity > 1 ? [`A group of up to ${capacity}`] : [];
}

/** Names in a sentence: “Dana Reyes”, “Dana Reyes and Milan Novak”, “Dana Reyes, Milan Novak or 5 others”. */
export function namesInWords(names: readonly string[], word: 'and' | 'or'): string {
  if (word === 'or' && names.length > 3) return `${names.slice(0, 2).join(', ')} or ${names.length - 2} others`;
  if (names.length < 2) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;
}

/** The time of day in a zone: “10:12”. */
export function clockWords(instant: Date, timeZone: string): string {
  return formatClock(instant, timeZone);
}

/** What the visitor can still change, and in words until when and how often; or why not any more. */
export function changeWords({ move, cancel, end, hostName, visitorTimeZone: zone }: VisitorBooking) {
  const until = (instant: Date) =>
    `${formatDay(dateIn(instant, zone))}, ${formatClock(instant, zone)} (${zoneCity(zone)})`;
  const isLimited = (instant: Date) => instant.getTime() < end.getTime();
  const [mayMove, mayCancel] = [move.refusal === undefined, cancel.refusal === undefined];
  const sentences: string[] = [];
  const often = move.left === null ? '' : ` ${timesMore(move.left)}`;
  const together = mayMove && mayCancel && move.until.getTime() === cancel.until.getTime() && isLimited(move.until);
  if (together) {
    sentences.push(`It can be moved or cancelled until ${until(move.until)}.`);
    if (often) sentences.push(`You can move it${often}.`);
  }
  if (!together && mayMove && isLimited(move.until))
    sentences.push(`It can be moved until ${until(move.until)}${often && `,${often}`}.`);
  if (!together && mayMove && !isLimited(move.until) && often) sentences.push(`It can be moved${often}.`);
  if (!together && mayCancel && isLimited(cancel.until))
    sentences.push(`It can be cancelled until ${until(cancel.until)}.`);
  if (move.refusal === 'too_late') sentences.push(`It could be moved until ${until(move.until)}.`);
  if (move.refusal === 'too_often') sentences.push('It has been moved as often as is possible here.');
  if (cancel.refusal === 'too_late') sentences.push(`It could be cancelled until ${until(cancel.until)}.`);
  if (!mayMove || !mayCancel) sentences.push(`If you need another change, get in touch with ${hostName}.`);
  return { move: mayMove, cancel: mayCancel, words: sentences };
}

function timesMore(left: number): string {
  return left === 1 ? 'once more' : left === 2 ? 'twice more' : `${left} times more`;
}
