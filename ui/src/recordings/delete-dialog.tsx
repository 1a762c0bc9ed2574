import { deleteArtifact, type Artifact } from '../api/artifacts.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { useChange } from '../parts/use-change.ts';
import { spanText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { kindWords } from './artifact-words.ts';

const lost: Record<Artifact['kind'], string> = {
  recording:
    'Nobody can watch it here any more, and Parley’s own copy is removed if there is one. Its transcript stays. What Microsoft keeps stays at Microsoft.',
  transcript:
    'Nobody can read or search it here any more. Its recording stays. What Microsoft keeps stays at Microsoft.',
  attendance: 'Nobody can see here any more who was there. What Microsoft keeps stays at Microsoft.',
};

/** Asks before an artifact is deleted, for everybody and for good. */
export function DeleteDialog({ artifact, onClose }: { artifact: Artifact; onClose: () => void }) {
  const zone = useMe().member.timeZone;
  const { id, kind, subject, startedAt, endedAt } = artifact;
  const remove = useChange(['artifacts', 'meetings'], () => deleteArtifact(id), onClose);
  const { of } = kindWords[kind];
  return (
    <ConfirmDialog
      title={`Delete this ${of}?`}
      verb={`Delete this ${of}`}
      keep="Keep it"
      change={remove}
      onClose={onClose}
    >
      <p>
        {subject}, {spanText({ start: startedAt, end: endedAt ?? startedAt }, zone)}.
      </p>
      <p>{lost[kind]} It is not fetched again.</p>
    </ConfirmDialog>
  );
}
