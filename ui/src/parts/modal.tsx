import { useLayoutEffect, useRef, type ReactNode } from 'react';
import styles from './parts.module.css';

type Props = {
  /** The id of the element that names it, or its name. */
  labelledBy?: string;
  label?: string;
  describedBy?: string;
  className?: string | undefined;
  onClose: () => void;
  children: ReactNode;
};

/**
 * A dialog over the page, for as long as it is mounted. The browser keeps the focus in it, closes it with Escape and
 * gives the focus back. The element with `data-initial-focus` gets it first.
 */
export function Modal({ labelledBy, label, describedBy, className = '', onClose, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (!dialog) return undefined;
    dialog.showModal();
    dialog.querySelector<HTMLElement>('[data-initial-focus]')?.focus();
    return () => {
      dialog.close();
      // What opened it may be gone by now; then the page's heading is where to go on.
      requestAnimationFrame(() => {
        if (document.activeElement === document.body) document.querySelector<HTMLElement>('main h1')?.focus();
      });
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={`${styles.modal} ${className}`}
      aria-label={label}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      onClose={() => !ref.current?.open && onClose()}
      onMouseDown={({ target }) => target === ref.current && onClose()}
    >
      <div>{children}</div>
    </dialog>
  );
}
