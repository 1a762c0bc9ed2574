import type { Check, Context, Facts, Result } from '../check.ts';
import { isWanted, meetingOf, ownersOf, type Owner } from './artifact-owners.ts';
import { isPassing, refusal } from './asking.ts';
import { lineOf, lookAtEach, nobodyAllowed, together, type Line } from './people.ts';
import { policyDenial } from './teams-policy.ts';

/**
 * Whether the organizers' meetings may be recorded and transcribed at all. Graph shows no meeting policy; what it shows of
 * their next or last meeting is what the policy and the meeting's own options come to.
 */
export function recordingAllowed(of: 'tenant' | 'connection'): Check {
  const needs: (keyof Facts)[] = of === 'tenant' ? ['graph', 'app-token'] : ['graph', 'connection', 'token'];
  return { name: 'recording-allowed', label: 'Recording policy', needs, deadlineMs: 45_000, run: lookAt };
}

type Seen = Line & { told?: false };

async function lookAt(context: Context): Promise<Result> {
  const wanted = [
    ...(isWanted(context, 'recording') ? (['allowRecording'] as const) : []),
    ...(isWanted(context, 'transcript') ? (['allowTranscription'] as const) : []),
  ];
  if (wanted.length === 0) {
    return { status: 'skipped', title: 'Not needed: neither recordings nor transcripts are fetched.' };
  }
  const owners = await ownersOf(context);
  if (owners.organizers.length === 0) return nobodyAllowed;
  const lines = await lookAtEach(owners, (owner) => readOptions(context, owner, wanted));
  if (lines.every(({ told }) => told === false)) {
    const title = 'Whether meetings may be recorded shows only with the first one: Graph shows no recording policy.';
    return { status: 'not_known', title, notes: lines.map(({ name, words }) => `${name}: ${words}.`) };
  }
  const fine = 'The organizers’ meetings may be recorded, as far as Teams tells.';
  const result = together(owners, lines, fine, 'Not everybody’s meetings may be recorded or transcribed');
  return result.status === 'warning' && !result.problem ? { ...result, remedy } : result;
}

const remedy =
  'A Teams administrator allows cloud recording and transcription in the organizer’s meeting policy; or whoever set the option of the meeting, or of the event type, takes it back. Somebody still has to start the recording in the meeting.';

const verbs = { allowRecording: 'recorded', allowTranscription: 'transcribed' } as const;

async function readOptions(context: Context, owner: Owner, wanted: (keyof typeof verbs)[]): Promise<Seen> {
  const { name, organizer } = owner;
  try {
    const meeting = await meetingOf(context, owner, 'next or held');
    if (!meeting) return { status: 'ok', name, words: 'no meeting yet by which it could be seen', told: false };
    const verbsOf = (value: boolean) =>
      wanted.filter((option) => meeting.options[option] === value).map((option) => verbs[option]);
    const [may, mayNot] = [verbsOf(true), verbsOf(false)];
    if (mayNot.length > 0) return { status: 'warning', name, words: `the meeting may not be ${mayNot.join(' or ')}` };
    if (may.length < wanted.length) return { status: 'ok', name, words: 'Teams does not tell', told: false };
    return { status: 'ok', name, words: `the meeting may be ${may.join(' and ')}` };
  } catch (error) {
    const problem = refusal(context, error);
    if (organizer) return policyDenial(context, organizer, problem);
    return lineOf(name, problem, isPassing(problem) ? 'not_known' : 'warning');
  }
}
