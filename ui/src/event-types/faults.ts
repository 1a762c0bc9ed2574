import { ApiError } from '../api/problem.ts';
import { weekdayNames } from '../availability/schedule.ts';

export type Fault = { pointer: string; detail: string };

/** What the server refused, by JSON pointer; nothing for problems that belong to no field. */
export function faultsOf(error: Error | null): Fault[] {
  return error instanceof ApiError ? (error.problem.errors ?? []) : [];
}

/** The words for one field: faults at its pointer or anywhere below it. */
export function faultAt(faults: Fault[], pointer: string): string | undefined {
  const found = faults.filter((fault) => fault.pointer === pointer || fault.pointer.startsWith(`${pointer}/`));
  return found.length > 0 ? found.map(({ detail }) => detail).join(' ') : undefined;
}

const grouped = new Set(['schedule', 'changePolicy']);

/** The id of a field's element, so that the summary can lead to it: `/schedule/mon/0/to` leads to Monday. */
export function fieldId(pointer: string): string {
  const [, name = '', inner = ''] = pointer.split('/');
  return ['field', name, grouped.has(name) && inner].filter(Boolean).join('-');
}

/** The parts of the form that open when they are wanted. */
export type SectionName = 'hours' | 'times' | 'busy' | 'changes' | 'meeting' | 'mail' | 'options';

const fields: Record<string, [words: string, section?: SectionName]> = {
  title: ['Title'],
  slug: ['Address'],
  description: ['Description'],
  durationMinutes: ['Length'],
  durationChoices: ['Lengths to choose from'],
  operatorIds: ['Operators'],
  assignment: ['Who meets the visitor'],
  timeZone: ['Time zone', 'hours'],
  schedule: ['Hours', 'hours'],
  slotStepMinutes: ['Start times', 'times'],
  bufferBeforeMinutes: ['Free time before', 'times'],
  bufferAfterMinutes: ['Free time after', 'times'],
  minNoticeMinutes: ['Notice', 'times'],
  horizonDays: ['How far ahead', 'times'],
  mostPerDay: ['Most in a day', 'times'],
  mostPerWeek: ['Most in a week', 'times'],
  capacity: ['Seats', 'times'],
  busyRules: ['What counts as busy', 'busy'],
  needsApproval: ['Approval', 'changes'],
  changePolicy: ['What visitors may change', 'changes'],
  mostInSeries: ['Several times at once', 'changes'],
  organizer: ['Who owns the meeting', 'meeting'],
  meetingKind: ['Kind of meeting', 'meeting'],
  invitations: ['Invitations', 'mail'],
  reminders: ['Reminders', 'mail'],
  meetingOptions: ['Meeting options', 'options'],
};
const days: Record<string, string> = { ...weekdayNames, overrides: 'Dates with other hours' };

/** What people call the field that a pointer leads to. */
export function nameOf(pointer: string): string {
  const [, name = '', inner = ''] = pointer.split('/');
  return (name === 'schedule' && days[inner]) || (fields[name]?.[0] ?? name);
}

/** The section in which a field is; `undefined` for those that are always open. */
export function sectionOf(pointer: string): SectionName | undefined {
  return fields[pointer.split('/')[1] ?? '']?.[1];
}
