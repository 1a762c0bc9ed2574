import { Button } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';
import { ProblemView } from '../parts/problem-view.tsx';

/** Takes the browser to Microsoft's sign-in page. */
export function ConnectButton({ words }: { words: string }) {
  const connect = useMutation({
    mutationFn: () => ask(api.integrations.teams.connect.$post()),
    onSuccess: ({ url }) => location.assign(url),
  });
  const leaving = connect.isPending || connect.isSuccess;
  return (
    <>
      <Button appearance="primary" size="large" disabledFocusable={leaving} onClick={() => connect.mutate()}>
        {leaving ? 'Going to Microsoft…' : words}
      </Button>
      {connect.error && (
        <div role="alert" style={{ inlineSize: '100%' }}>
          <ProblemView problem={problemOf(connect.error)} />
        </div>
      )}
    </>
  );
}
