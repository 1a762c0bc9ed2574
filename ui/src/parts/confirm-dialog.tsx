import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { problemOf } from '../api/problem.ts';
import { ProblemView } from './problem-view.tsx';

type Props = {
  title: string;
  /** What will happen, and to whom. */
  children: ReactNode;
  /** The action's own verb: never "OK". */
  verb: string;
  keep: string;
  pending: boolean;
  error: Error | null;
  onConfirm: () => void;
  onClose: () => void;
};

const useStyles = makeStyles({
  content: { display: 'grid', rowGap: '12px', '& p': { margin: 0 } },
  danger: {
    backgroundColor: tokens.colorStatusDangerBackground3,
    color: tokens.colorNeutralForegroundOnBrand,
    ':hover': { backgroundColor: tokens.colorStatusDangerBackground3Hover },
    ':hover:active': { backgroundColor: tokens.colorStatusDangerBackground3Pressed },
  },
});

/** Asks before something that cannot be taken back. Mount it when it is needed. */
export function ConfirmDialog({ title, children, verb, keep, pending, error, onConfirm, onClose }: Props) {
  const styles = useStyles();
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent className={styles.content}>
            {children}
            {error && (
              <div role="alert">
                <ProblemView problem={problemOf(error)} />
              </div>
            )}
          </DialogContent>
          <DialogActions fluid>
            <Button onClick={onClose}>{keep}</Button>
            <Button appearance="primary" className={styles.danger} disabledFocusable={pending} onClick={onConfirm}>
              {verb}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
