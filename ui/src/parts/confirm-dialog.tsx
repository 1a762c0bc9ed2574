import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useId, type ReactNode } from 'react';
import { problemOf } from '../api/problem.ts';
import { Modal } from './modal.tsx';
import styles from './parts.module.css';
import { ProblemView } from './problem-view.tsx';
import type { Change } from './use-change.ts';

type Props = {
  title: string;
  /** What will happen, and to whom. */
  children: ReactNode;
  /** The action's own verb: never "OK". */
  verb: string;
  keep: string;
  /** Nothing is lost by it: the verb is not in red. */
  calm?: boolean;
  change: Change;
  onClose: () => void;
};

const useDanger = makeStyles({
  danger: {
    backgroundColor: tokens.colorStatusDangerBackground3,
    color: tokens.colorNeutralForegroundOnBrand,
    ':hover': { backgroundColor: tokens.colorStatusDangerBackground3Hover },
    ':hover:active': { backgroundColor: tokens.colorStatusDangerBackground3Pressed },
  },
});

/** Asks before something that cannot be taken back. Mount it when it is needed. */
export function ConfirmDialog({
  title,
  children,
  verb,
  keep,
  calm = false,
  change: { isPending, error, mutate },
  onClose,
}: Props) {
  const { danger } = useDanger();
  const id = useId();
  return (
    <Modal labelledBy={`${id}-title`} describedBy={`${id}-text`} onClose={onClose}>
      <h2 id={`${id}-title`}>{title}</h2>
      <div id={`${id}-text`} className={styles.modalText}>
        {children}
      </div>
      {error && (
        <div role="alert" className={styles.modalText}>
          <ProblemView problem={problemOf(error)} />
        </div>
      )}
      <div className={styles.modalActions}>
        <Button onClick={onClose} data-initial-focus>
          {keep}
        </Button>
        <Button
          appearance="primary"
          className={calm ? undefined : danger}
          disabledFocusable={isPending}
          onClick={() => mutate()}
        >
          {verb}
        </Button>
      </div>
    </Modal>
  );
}
