import { Button, Input } from '@fluentui/react-components';
import { ChevronDown20Regular, ChevronUp20Regular, Search20Regular } from '@fluentui/react-icons';
import type { KeyboardEvent } from 'react';
import type { TranscriptLine } from '../api/artifacts.ts';
import { count } from '../parts/when.ts';
import styles from './recordings.module.css';

type Props = {
  text: string;
  change: (text: string) => void;
  /** The words that the lines were searched for, and the lines that have them. */
  asked: string;
  hits: TranscriptLine[];
  /** The position of the line that was gone to last. */
  hit: number | undefined;
  goTo: (position: number) => void;
};

/** Searches a transcript: Enter goes on to the next line that has the words, Shift and Enter back. */
export function TranscriptTools({ text, change, asked, hits, hit, goTo }: Props) {
  const at = hits.findIndex(({ position }) => position === hit);
  const step = (by: 1 | -1) => {
    const from = at < 0 && by < 0 ? 0 : at;
    const next = hits[(from + by + hits.length) % hits.length];
    if (next) goTo(next.position);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    step(event.shiftKey ? -1 : 1);
  };
  const none = hits.length === 0;
  const told = none ? 'Not said here' : at < 0 ? count(hits.length, 'line') : `${at + 1} of ${hits.length}`;
  return (
    <search className={styles.transcriptTools}>
      <Input
        type="search"
        value={text}
        maxLength={200}
        aria-label="Search in this transcript"
        placeholder="Search in it"
        contentBefore={<Search20Regular aria-hidden />}
        onChange={(_, { value }) => change(value)}
        onKeyDown={onKeyDown}
      />
      <span role="status" className={styles.hits}>
        {asked !== '' && told}
      </span>
      <Button
        appearance="subtle"
        icon={<ChevronUp20Regular />}
        aria-label="Previous line with these words"
        disabledFocusable={none || asked === ''}
        onClick={() => step(-1)}
      />
      <Button
        appearance="subtle"
        icon={<ChevronDown20Regular />}
        aria-label="Next line with these words"
        disabledFocusable={none || asked === ''}
        onClick={() => step(1)}
      />
    </search>
  );
}
