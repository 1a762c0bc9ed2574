import {
  CheckmarkCircle20Filled,
  Clock20Regular,
  ErrorCircle20Filled,
  SubtractCircle20Regular,
} from '@fluentui/react-icons';
import styles from './parts.module.css';

/** Green is proven, amber waits or ends soon, red needs a person. */
export type Tone = 'good' | 'waiting' | 'problem' | 'quiet';
export type State = { tone: Tone; words: string };

const icons = {
  good: CheckmarkCircle20Filled,
  waiting: Clock20Regular,
  problem: ErrorCircle20Filled,
  quiet: SubtractCircle20Regular,
} as const;

/** A state as an icon and words; colour alone says nothing. */
export function StateLabel({ tone, words, badge = false }: State & { badge?: boolean }) {
  const Icon = icons[tone];
  return (
    <span className={`${styles.state} ${styles[tone]} ${badge ? styles.badge : ''}`}>
      <Icon aria-hidden />
      {words}
    </span>
  );
}
