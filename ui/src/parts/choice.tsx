import { Radio } from '@fluentui/react-components';
import { useId } from 'react';
import styles from './parts.module.css';

type Props = { value: string; words: string; explained: string };

/** The explanation describes the choice and is no part of its name, so that the name stays short when it is read out. */
export function Choice({ value, words, explained }: Props) {
  const id = useId();
  return (
    <div>
      <Radio value={value} label={words} aria-describedby={id} />
      <p id={id} className={styles.explained}>
        {explained}
      </p>
    </div>
  );
}
