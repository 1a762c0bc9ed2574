import { ChevronDown20Regular } from '@fluentui/react-icons';
import { useEffect, useRef, type ReactNode } from 'react';
import styles from './event-types.module.css';
import { sectionOf, type Fault, type SectionName } from './faults.ts';

type Props = {
  name: SectionName;
  title: string;
  /** What is set now, in a sentence: so that nobody has to open it to know. */
  sentence: string;
  faults: Fault[];
  /** The section that the address of the page names. */
  wanted: string | undefined;
  children: ReactNode;
};

/** A part of the form that opens when it is wanted, or when something in it was refused. */
export function Section({ name, title, sentence, faults, wanted, children }: Props) {
  const box = useRef<HTMLDetailsElement>(null);
  const refused = faults.some(({ pointer }) => sectionOf(pointer) === name);
  useEffect(() => {
    if (refused && box.current) box.current.open = true;
  }, [refused]);
  useEffect(() => {
    if (wanted !== name || !box.current) return;
    box.current.open = true;
    box.current.scrollIntoView({ block: 'start' });
    box.current.querySelector('summary')?.focus({ preventScroll: true });
  }, [wanted, name]);
  return (
    <details ref={box} className={styles.section} id={`section-${name}`}>
      <summary>
        <div>
          <h2>{title}</h2>
          <p>{sentence}</p>
        </div>
        <ChevronDown20Regular aria-hidden />
      </summary>
      <div className={styles.inside}>{children}</div>
    </details>
  );
}
