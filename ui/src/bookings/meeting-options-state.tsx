import { Button } from '@fluentui/react-components';
import { ArrowClockwise20Regular } from '@fluentui/react-icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import { problemOf, type ShownProblem } from '../api/problem.ts';
import type { Meeting } from '../api/queries.ts';
import { DiagnoseLink } from '../diagnostics/diagnose-link.tsx';
import { optionLabel } from '../event-types/meeting-options.ts';
import { ProblemView } from '../parts/problem-view.tsx';
import { timeText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './bookings.module.css';

/** Options that Teams refused: which and why, and that the meeting is there all the same. */
export function OptionsTrouble({ meeting }: { meeting: Meeting }) {
  const { mayBook } = useMe();
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () => ask(api.meetings[':id'].retry.$post({ param: { id: meeting.id } })),
    onSuccess: () => {
      for (const key of ['bookings', 'meetings']) void queries.invalidateQueries({ queryKey: [key] });
    },
  });
  const { state, refused, problem } = meeting.options;
  if (state !== 'refused' || meeting.status !== 'ready') return null;
  const button = (
    <Button icon={<ArrowClockwise20Regular />} disabledFocusable={retry.isPending} onClick={() => retry.mutate()}>
      Set the options again
    </Button>
  );
  return (
    <div className={styles.trouble}>
      <ProblemView problem={problem ?? partly(refused)} waits actions={mayBook && button}>
        {refused.length > 0 && (
          <ul className={styles.refused}>
            {refused.map(({ option, code, detail }) => (
              <li key={option}>
                <strong>{optionLabel(option)}</strong>
                {code !== 'meeting_option_not_applied' && `: ${detail}`}
              </li>
            ))}
          </ul>
        )}
        <p>The meeting itself is there and can be joined.</p>
        <DiagnoseLink
          connectionId={meeting.connectionId}
          tenantConnectionId={meeting.tenantConnectionId}
          words="Run the diagnosis"
        />
      </ProblemView>
      {retry.error && (
        <div role="alert">
          <ProblemView problem={problemOf(retry.error)} />
        </div>
      )}
    </div>
  );
}

/** Some options came through and some did not, so that no single problem of the meeting says it. */
function partly(refused: Meeting['options']['refused']): ShownProblem {
  return {
    code: refused[0]?.code ?? 'meeting_option_not_applied',
    title:
      refused.length === 1 ? 'Teams refused one option of the meeting' : 'Teams refused some options of the meeting',
    remedy:
      'A Teams administrator checks the organizer’s meeting policy and licence: recording and transcription are allowed there, and watermarks need Teams Premium.',
  };
}

/** How the wanted options stand, in a sentence; nothing where none are wanted. */
export function optionsSentence({ options: { state, problem } }: Meeting, zone: string): string | undefined {
  switch (state) {
    case 'none':
      return undefined;
    case 'applied':
      return 'In force at Teams:';
    case 'refused':
      return 'Wanted, and at least one was refused:';
    case 'pending':
    default:
      return problem?.retryAt
        ? `Not set yet; Parley tries again at ${timeText(problem.retryAt, zone)}:`
        : 'Being set as soon as the link is there:';
  }
}
