import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { Dismiss20Regular } from '@fluentui/react-icons';
import { getRouteApi } from '@tanstack/react-router';
import type { Connection } from '../api/queries.ts';

const route = getRouteApi('/microsoft-365/integrations');

/** Shown after coming back from Microsoft, until it is dismissed or the page is left. */
export function JustConnected({ connection }: { connection: Connection }) {
  const navigate = route.useNavigate();
  return (
    <div style={{ marginBlockEnd: '20px' }}>
      <MessageBar intent="success" politeness="polite">
        <MessageBarBody>
          <MessageBarTitle>Microsoft Teams is connected.</MessageBarTitle>
          Meetings are made in the calendar of {connection.accountEmail ?? 'your account'}.
        </MessageBarBody>
        <MessageBarActions
          containerAction={
            <Button
              appearance="transparent"
              icon={<Dismiss20Regular />}
              aria-label="Dismiss"
              onClick={() => void navigate({ search: {}, replace: true })}
            />
          }
        />
      </MessageBar>
    </div>
  );
}
