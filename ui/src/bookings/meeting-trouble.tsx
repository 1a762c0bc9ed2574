import { Button } from '@fluentui/react-components';
import { ArrowClockwise20Regular } from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import { api, ask } from '../api/client.ts';
import type { ShownProblem } from '../api/problem.ts';
import type { Meeting } from '../api/queries.ts';
import { DiagnoseLink } from '../diagnostics/diagnose-link.tsx';
import { ChangeProblem, ProblemView } from '../parts/problem-view.tsx';
import { useChange } from '../parts/use-change.ts';
import { useMe } from '../shell/me.ts';
import styles from './bookings.module.css';

type Props = { meeting: Meeting; problem: ShownProblem; waits: boolean; verb: string; children: ReactNode };

/** What is wrong with a meeting, with the button that asks Microsoft again and the way to the diagnosis. */
export function MeetingTrouble({ meeting, problem, waits, verb, children }: Props) {
  const { mayBook } = useMe();
  const { id, connectionId, tenantConnectionId } = meeting;
  const retry = useChange(['bookings', 'meetings'], () => ask(api.meetings[':id'].retry.$post({ param: { id } })));
  const button = (
    <Button icon={<ArrowClockwise20Regular />} disabledFocusable={retry.isPending} onClick={() => retry.mutate()}>
      {verb}
    </Button>
  );
  return (
    <div className={styles.trouble}>
      <ProblemView problem={problem} waits={waits} actions={mayBook && button}>
        {children}
        <DiagnoseLink connectionId={connectionId} tenantConnectionId={tenantConnectionId} words="Run the diagnosis" />
      </ProblemView>
      <ChangeProblem error={retry.error} />
    </div>
  );
}
