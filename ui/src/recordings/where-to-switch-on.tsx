import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import type { ArtifactKind } from '../api/artifacts.ts';
import type { Meeting } from '../api/queries.ts';
import { useMe } from '../shell/me.ts';

const scopes: Record<ArtifactKind, string> = {
  recording: 'OnlineMeetingRecording.Read.All',
  transcript: 'OnlineMeetingTranscript.Read.All',
  attendance: 'OnlineMeetingArtifact.Read.All',
};

/** Where those who manage the workspace switch kinds on: for a tenant in its guide, for a personal connection by its scopes. */
export function WhereToSwitchOn({ kinds, meeting }: { kinds: ArtifactKind[]; meeting: Meeting }) {
  const { mayManage } = useMe();
  const { tenantConnectionId } = meeting;
  if (!mayManage) return null;
  if (tenantConnectionId) {
    return (
      <Link to="/microsoft-365/setup/$id" params={{ id: tenantConnectionId }} search={{ step: 'permissions' }}>
        {kinds.length > 1 ? 'Switch them on in the setup guide' : 'Switch it on in the setup guide'}
      </Link>
    );
  }
  return (
    <p>
      Whoever runs this server adds{' '}
      {kinds.map((kind, index) => (
        <Fragment key={kind}>
          {index > 0 && (index === kinds.length - 1 ? ' and ' : ', ')}
          <code>{scopes[kind]}</code>
        </Fragment>
      ))}{' '}
      to <code>MicrosoftTeams__Scopes</code>, and the organizer connects again. An administrator of Microsoft 365 is
      asked to approve.
    </p>
  );
}
