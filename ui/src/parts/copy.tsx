import { Button, type ButtonProps } from '@fluentui/react-components';
import { CheckmarkRegular, CopyRegular } from '@fluentui/react-icons';
import { useEffect, useState } from 'react';
import styles from './parts.module.css';

type CopyButtonProps = {
  text: string;
  /** What is copied, for people who do not see what stands next to the button. */
  what: string;
  words?: string;
  appearance?: ButtonProps['appearance'];
  size?: ButtonProps['size'];
};

/** Copies a text and says that it did. */
export function CopyButton({ text, what, words = 'Copy', appearance = 'subtle', size = 'medium' }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'copied' | 'refused'>();
  useEffect(() => {
    if (!outcome) return undefined;
    const timer = setTimeout(() => setOutcome(undefined), 2500);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () => {
    void copyText(text).then((done) => setOutcome(done ? 'copied' : 'refused'));
  };
  const shown = outcome === 'copied' ? 'Copied' : outcome === 'refused' ? 'Select and copy it by hand' : words;
  return (
    <>
      <Button
        appearance={appearance}
        size={size}
        icon={outcome === 'copied' ? <CheckmarkRegular /> : <CopyRegular />}
        onClick={copy}
        aria-label={`${shown} ${what}`}
        style={{ whiteSpace: 'nowrap', minInlineSize: 'auto' }}
      >
        {shown}
      </Button>
      <span role="status" className="visually-hidden">
        {outcome === 'copied' && `Copied ${what}`}
      </span>
    </>
  );
}

/** A text that people take elsewhere, with its copy button. */
export function CopyField({ text, what }: { text: string; what: string }) {
  return (
    <div className={styles.copy}>
      <code tabIndex={0} role="group" aria-label={what}>
        {text}
      </code>
      <CopyButton text={text} what={what} />
    </div>
  );
}

/** Whether it was copied: the clipboard is there on https and on localhost only. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
