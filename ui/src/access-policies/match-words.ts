import type { IdentityMatch } from '../api/organizers.ts';
import type { State } from '../parts/state-label.tsx';
import { remoteWords, type Rule } from './field-words.ts';

type Candidate = IdentityMatch['candidates'][number];

/** What came of looking for somebody, as a state and a sentence. */
export function outcomeWords(match: IdentityMatch, rule: Rule, mayChoose: boolean): State & { sentence?: string } {
  const remote = remoteWords(rule.remote);
  switch (match.outcome) {
    case 'one':
      return match.problem
        ? { tone: 'problem', words: match.problem.title, sentence: match.problem.detail ?? match.problem.remedy }
        : { tone: 'good', words: match.organizerId ? 'One person, on the list' : 'One person' };
    case 'several':
      return match.problem === null
        ? { tone: 'good', words: 'Several, and one was chosen before' }
        : { tone: 'waiting', words: mayChoose ? 'Several: choose who it is' : 'Several, so nobody is taken' };
    case 'no_value':
      return { tone: 'quiet', words: 'Nothing to look for', sentence: 'This field is empty. Fill it in with Edit.' };
    case 'not_known':
      return {
        tone: 'waiting',
        words: 'Could not be looked up',
        sentence: match.problem ? `${match.problem.title}. ${match.problem.remedy}` : 'Try again in a minute.',
      };
    case 'none':
    default:
      return { tone: 'problem', words: 'Nobody', sentence: `Nobody in the directory has this ${remote}.` };
  }
}

const notes: Record<IdentityMatch['notes'][number], string> = {
  disabled: 'The account is disabled',
  guest: 'A guest of the tenant, who cannot own meetings',
  no_mailbox: 'Has no mailbox: only meetings on no calendar work',
  renamed: 'Was renamed; the object id still counts',
  differing_case: 'Capitals differ, which does not matter here',
  not_licensed: 'Has no Teams licence',
};

/** What is worth knowing of a match. */
export function noteWords(match: IdentityMatch): string[] {
  return match.notes.map((note) => notes[note]);
}

/** What tells a candidate from the others. */
export function candidateNotes({ accountEnabled, userType, teamsLicensed, hasMailbox }: Candidate): string[] {
  const found: [boolean, string][] = [
    [userType === 'Guest', 'guest, cannot own meetings'],
    [accountEnabled === false, 'account disabled'],
    [teamsLicensed === false, 'no Teams licence'],
    [hasMailbox === false, 'no mailbox'],
  ];
  return found.filter(([holds]) => holds).map(([, words]) => words);
}

/** `Ben Achterberg (ben.achterberg@northgate.example)` */
export function candidateName({ displayName, userPrincipalName, mail, objectId }: Candidate): string {
  const address = userPrincipalName ?? mail;
  if (displayName === null) return address ?? objectId;
  return address === null ? displayName : `${displayName} (${address})`;
}

/** Whether saving keeps this row: one person, or the one whom somebody has chosen. Guests are refused anyway. */
export function isKept(match: IdentityMatch, choice: string | undefined): boolean {
  if (match.memberId === null) return false;
  if (match.outcome === 'several') return choice !== undefined;
  return match.outcome === 'one' && !match.notes.includes('guest');
}
