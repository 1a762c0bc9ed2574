import { LockClosed24Regular } from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import { useMe } from '../shell/me.ts';
import { EmptyState } from './empty-state.tsx';

/** What only those who manage the workspace can see; everybody else reads whom to ask. */
export function ManagersOnly({ children }: { children: ReactNode }) {
  const { mayManage } = useMe();
  if (mayManage) return children;
  return (
    <EmptyState icon={LockClosed24Regular} title="For administrators of this workspace">
      Ask one of them if something here has to be looked at or changed.
    </EmptyState>
  );
}
