import { Button } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import { problemOf } from '../api/problem.ts';
import { Page } from '../parts/page.tsx';
import { ProblemView } from '../parts/problem-view.tsx';

/** An address below `/console` that has no page. */
export function NotFound() {
  return (
    <Page title="There is no page here" lead="The address may be mistyped, or what it showed is gone.">
      <Link to="/">Go to Today</Link>
    </Page>
  );
}

/** A page that failed while it was drawn: also when a new version was installed and this one's files are gone. */
export function PageFault({ error }: { error: unknown }) {
  return (
    <Page title="This page did not load">
      <div role="alert">
        <ProblemView
          problem={problemOf(error)}
          actions={<Button onClick={() => location.reload()}>Load the page again</Button>}
        />
      </div>
    </Page>
  );
}
