import {
  CheckmarkCircle20Filled,
  ErrorCircle20Filled,
  QuestionCircle20Regular,
  SubtractCircle20Regular,
  Warning20Filled,
  type FluentIcon,
} from '@fluentui/react-icons';
import type { Diagnosis, Finding } from '../api/queries.ts';
import type { State } from '../parts/state-label.tsx';
import { count } from '../parts/when.ts';

type Words = { tone: State['tone']; icon: FluentIcon; words: string };

/** How a finding looks, and what its icon says. */
export const findingWords: Record<Finding['status'], Words> = {
  ok: { tone: 'good', icon: CheckmarkCircle20Filled, words: 'Fine' },
  warning: { tone: 'waiting', icon: Warning20Filled, words: 'Look at this' },
  failed: { tone: 'problem', icon: ErrorCircle20Filled, words: 'Failed' },
  not_known: { tone: 'waiting', icon: QuestionCircle20Regular, words: 'Not known' },
  skipped: { tone: 'quiet', icon: SubtractCircle20Regular, words: 'Skipped' },
};

/** The whole of it in one sentence. */
export function summaryWords({ summary: { failed, warning, not_known: unknown, skipped } }: Diagnosis): State {
  if (failed > 0) {
    const rest = skipped > 0 ? `, and ${count(skipped, 'check')} could not be tried` : '';
    return { tone: 'problem', words: `${count(failed, 'check')} failed${rest}` };
  }
  if (warning + unknown > 0) return { tone: 'waiting', words: `Nothing failed; ${warning + unknown} to look at` };
  return { tone: 'good', words: 'All is well' };
}

/** `12 ms`, `1.4 s` */
export function spanWords(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
