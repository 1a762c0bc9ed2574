import type { Organizer } from '../api/organizers.ts';
import type { State, Tone } from '../parts/state-label.tsx';
import { agoText, dayText, timeText } from '../parts/when.ts';

/** A badge's words, and the sentence beside it. */
type PolicyWords = State & { sentence: string };

type Clock = { now: number; zone: string };

/** How an organizer stands with Microsoft’s policy; times are on the clocks of the person who reads. */
export function policyWords(organizer: Organizer, clock: Clock): PolicyWords {
  const { policy } = organizer;
  if (!policy.needed) return words('quiet', 'Not needed', 'The features of this tenant do not use it.');
  switch (policy.state) {
    case 'granted':
      return words('good', 'Granted', grantedSentence(policy, clock));
    case 'propagating':
      return words('waiting', 'Propagating', propagatingSentence(policy, clock));
    case 'denied':
      return words('problem', 'Refused', deniedSentence(organizer));
    case 'unknown':
    default:
      return words(organizer.allowed ? 'waiting' : 'quiet', 'Not known', unknownSentence(organizer, clock));
  }
}

function words(tone: Tone, badge: string, sentence: string): PolicyWords {
  return { tone, words: badge, sentence };
}

type Policy = Organizer['policy'];

function grantedSentence({ provenAt, problem }: Policy, { now, zone }: Clock): string {
  const proven = provenAt ? `Proven ${agoText(provenAt, now, zone)}.` : 'Proven.';
  return problem ? `${proven} The last try had no clear answer: ${problem.title}.` : proven;
}

function propagatingSentence({ since, probedAt, problem }: Policy, { now, zone }: Clock): string {
  if (!since) return 'On its way, up to 30 minutes.';
  const tried =
    probedAt !== null && probedAt >= since ? `last tried ${clockText(probedAt, now, zone)}` : 'not tried yet';
  const refused = problem?.code === 'application_access_policy_missing' ? 'refused so far' : 'without a clear answer';
  const outcome = probedAt !== null && probedAt >= since && problem ? `, ${refused}` : '';
  return `Since ${clockText(since, now, zone)}, up to 30 minutes, ${tried}${outcome}. Parley tries again by itself.`;
}

/** A time of today needs no day. */
function clockText(at: string, now: number, zone: string): string {
  const time = timeText(at, zone);
  return dayText(at, zone) === dayText(now, zone) ? time : `${dayText(at, zone)}, ${time}`;
}

function deniedSentence({ policy: { inForce, sentence } }: Organizer): string {
  return inForce === null
    ? 'Teams refused: no policy covers them. A Teams administrator grants it with the script; it takes up to 30 minutes.'
    : sentence;
}

function unknownSentence({ allowed, policy: { probedAt, problem } }: Organizer, { now, zone }: Clock): string {
  if (!allowed) return 'Parley asks Teams nothing about people who are not allowed.';
  if (probedAt === null || problem === null) return 'Parley tries it within a minute.';
  return `Tried ${agoText(probedAt, now, zone)} without a clear answer: ${problem.title}. ${problem.remedy}`;
}

/** True while a row is about to change by itself, so that it is worth looking again soon. */
export function isWaiting({ allowed, policy }: Organizer): boolean {
  if (!policy.needed || !allowed) return false;
  return policy.state === 'propagating' || (policy.state === 'unknown' && policy.probedAt === null);
}

/** The policy that a grant would silently replace, where an administrator’s list named one. */
export function otherPolicyOf({ policy: { inForce } }: Organizer, policyName: string): string | undefined {
  return inForce !== null && inForce.toLowerCase() !== policyName.toLowerCase() ? inForce : undefined;
}

/** How people call an organizer. */
export function organizerName({ displayName, userPrincipalName, objectId }: Organizer): string {
  return displayName ?? userPrincipalName ?? objectId;
}

/** Names as a sentence lists them; of many only the first. */
export function nameList(names: string[], most = 5): string {
  const shown = names.slice(0, most);
  if (names.length > most) return `${shown.join(', ')} and ${names.length - most} more`;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : (shown[0] ?? '');
}

/** `1 person`, `12 people` */
export function peopleText(number: number): string {
  return `${number.toLocaleString('en')} ${number === 1 ? 'person' : 'people'}`;
}
