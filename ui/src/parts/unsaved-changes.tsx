import { useBlocker } from '@tanstack/react-router';
import { ConfirmDialog } from './confirm-dialog.tsx';

type Props = {
  /** Whether there is something to lose. */
  changed: boolean;
  /** What is lost. */
  children: string;
};

/**
 * Asks before a form with changes is left, in a dialog of our own or, where the whole document goes, in the browser's.
 * What saves the form leaves it with `ignoreBlocker`.
 */
export function UnsavedChanges({ changed, children }: Props) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname,
    enableBeforeUnload: changed,
    disabled: !changed,
    withResolver: true,
  });
  if (blocker.status !== 'blocked') return null;
  return (
    <ConfirmDialog
      title="Leave without saving?"
      verb="Leave without saving"
      keep="Stay here"
      change={{ isPending: false, error: null, mutate: blocker.proceed }}
      onClose={blocker.reset}
    >
      <p>{children}</p>
    </ConfirmDialog>
  );
}
