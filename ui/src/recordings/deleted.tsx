import { Delete24Regular } from '@fluentui/react-icons';
import { Link } from '@tanstack/react-router';
import type { Artifact } from '../api/artifacts.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { Card } from '../parts/page.tsx';
import { momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { kindWords } from './artifact-words.ts';

/** A name is all that is left: so that it is not fetched again, and everybody knows why there is nothing. */
export function Deleted({ artifact: { kind, deletedBy }, deletedAt }: { artifact: Artifact; deletedAt: string }) {
  const zone = useMe().member.timeZone;
  const when = momentText(deletedAt, zone);
  return (
    <Card>
      <EmptyState
        icon={Delete24Regular}
        title={`This ${kindWords[kind].of} was deleted`}
        action={
          <Link to="/recordings" search={{}}>
            All recordings
          </Link>
        }
      >
        {deletedBy === 'retention'
          ? `Its time was over on ${when}, as the settings of the workspace have it.`
          : `Somebody deleted it on ${when}. The audit log says who.`}
      </EmptyState>
    </Card>
  );
}
