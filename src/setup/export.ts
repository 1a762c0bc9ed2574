import type { Setup } from './service.ts';
import { inWords, type SetupRole, type Step } from './step.ts';

const rule = '-'.repeat(72);

/**
 * The state of a setup as a text for a mail: what is done, and for the person with the role what to do, with the scripts
 * as they are to be pasted. Without a role, everything that is left. Nothing secret is in it.
 */
export function exportText({ facts, steps, checklist }: Setup, role: SetupRole | undefined): string {
  const { tenant, app, now } = facts;
  const left = steps.filter(({ state }) => state !== 'done' && state !== 'not_needed');
  const theirs = left.filter((step) => role === undefined || step.role === role);
  return [
    `Parley: setting up ${oneLine(tenant.tenant_name ?? tenant.tenant_id)}`,
    `As of ${inWords(now)}. Stage: ${tenant.stage}.`,
    '',
    `Directory (tenant) ID:    ${tenant.tenant_id}`,
    `Application (client) ID:  ${app.clientId}`,
    '',
    'THE STEPS',
    ...steps.map(line),
    '',
    ...(theirs.length > 0
      ? [role ? `FOR THE ${role.toUpperCase()}` : 'WHAT IS LEFT', '', ...theirs.flatMap(stepText)]
      : [role ? `Nothing is left for the ${role}.` : 'Nothing is left.', '']),
    ...checklistText(checklist),
  ].join('\n');
}

const marks: Record<Step['state'], string> = {
  done: '[x]',
  not_needed: '[-]',
  waiting: '[~]',
  failed: '[!]',
  open: '[ ]',
};

function line({ number, title, role, state, sentence }: Step): string {
  return `${marks[state]} ${number}. ${title} (${role}): ${oneLine(sentence)}`;
}

function stepText({ number, title, role, why, sentence, todo, values, scripts, link }: Step): string[] {
  return [
    rule,
    `Step ${number}: ${title}`,
    `Who: ${role}`,
    `Why: ${why}`,
    `Now: ${oneLine(sentence)}`,
    ...(link ? [`${link.label}: ${link.url}`] : []),
    '',
    ...todo.map((one, place) => `${place + 1}. ${oneLine(one)}`),
    '',
    ...values.map(({ label, value }) => `${oneLine(label)}: ${oneLine(value)}`),
    ...(values.length > 0 ? [''] : []),
    ...scripts.flatMap(({ title: name, text }) => [`PowerShell: ${name}`, '', text, '']),
  ];
}

function checklistText(checklist: Setup['checklist']): string[] {
  return [
    rule,
    'CHECKLIST',
    ...checklist.map(
      ({ label, ok, detail, neededFor }) => `${ok ? '[x]' : '[ ]'} ${label} (for ${neededFor}): ${oneLine(detail)}`,
    ),
    '',
  ];
}

/** Names come from people and from directories: none of them may begin a line of its own, or turn one round. */
function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .toWellFormed();
}
