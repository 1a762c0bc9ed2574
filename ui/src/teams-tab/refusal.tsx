import { ApiError, problemOf } from '../api/problem.ts';
import type { Host } from './host.ts';

/** Why the tab shows nothing, in words, with one way on. */
export function Refusal({ error, host, again }: { error: unknown; host: Host; again: () => Promise<void> }) {
  const { title, detail, remedy } = error instanceof ApiError ? problemOf(error) : wordsOfTeams(error);
  const openConsole = (event: React.MouseEvent<HTMLAnchorElement>) => {
    event.preventDefault();
    host.open(event.currentTarget.href);
  };
  return (
    <main className="message">
      <div role="alert">
        <h1>{title}</h1>
        {detail && <p>{detail}</p>}
        <p>{remedy}</p>
      </div>
      <p className="actions">
        <button type="button" className="primary" onClick={() => void again()}>
          Try again
        </button>
        <a className="button" href="/console/" onClick={openConsole}>
          Open the console
        </a>
      </p>
    </main>
  );
}

/**
 * What Teams says instead of a token. Only its words for a declined or closed question are for the person; the others
 * mean that app registration and package do not fit together.
 */
function wordsOfTeams(error: unknown): { title: string; detail?: string; remedy: string } {
  const word = error instanceof Error ? error.message : String(error);
  if (/CancelledByUser|FailedToOpenWindow|resourceRequiresConsent/i.test(word))
    return {
      title: 'Teams did not sign you in',
      remedy: 'Try again, and accept when Teams asks whether this app may know who you are.',
    };
  return {
    title: 'Teams could not sign you in to this app',
    detail: `Teams says: ${word}`,
    remedy:
      'An administrator compares the app registration in Entra, “Expose an API”, with the steps in the console under Microsoft 365, Teams app.',
  };
}
