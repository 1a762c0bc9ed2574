import { useRef, useState } from 'react';
import { ApiError, problemOf, type ShownProblem } from '../api/problem.ts';
import type { Host } from './host.ts';
import type { Day, Tab } from './tab-api.ts';

type Props = { state: Day['connection']; host: Host; tab: Tab; connected: () => Promise<void> };

const words: Partial<Record<Day['connection'], string>> = {
  not_connected: 'Your calendar is not connected yet, so that no meetings can be made in your name.',
  reconnect_needed: 'Microsoft does not accept the connection to your calendar any more.',
  personal_account: 'You have connected a personal Microsoft account, which cannot make Teams meetings.',
};

/** What a person can mend by answering Microsoft’s questions in a window. */
const asksForPerson = new Set(['consent_missing', 'admin_approval_needed', 'mfa_needed', 'reconnect_needed']);

/** Consent takes some seconds until it counts everywhere; Microsoft advises to wait this long between attempts. */
const waitsMs = [1000, 2000, 4000];

/** Connects the operator’s calendar from within the tab; nothing to see where it is connected. */
export function Connect({ state, host, tab, connected }: Props) {
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<ShownProblem>();
  const [adminUrl, setAdminUrl] = useState('');
  const reason = words[state];
  if (reason === undefined) return null;

  const attempt = async (run: () => Promise<void>) => {
    setWorking(true);
    try {
      await run();
      setProblem(undefined);
      await connected();
    } catch (error) {
      setProblem(problemOf(error));
      setAdminUrl((await tab.consent().catch(() => undefined))?.adminUrl ?? '');
    } finally {
      setWorking(false);
    }
  };
  const askPerson = async () => {
    const { windowUrl } = await tab.consent();
    // However the window ended: whether there is consent now is for Microsoft to say.
    await host.askForConsent(windowUrl).catch(() => undefined);
    await connectPatiently(tab);
  };
  const isForPerson = problem !== undefined && asksForPerson.has(problem.code);
  return (
    <section className="notice" aria-labelledby="connect">
      <h2 id="connect">Connect your calendar</h2>
      {problem ? <Obstacle problem={problem} isForPerson={isForPerson} /> : <p>{reason}</p>}
      <p className="actions">
        <button
          type="button"
          className="primary"
          disabled={working}
          onClick={() => void attempt(isForPerson ? askPerson : () => tab.connect())}
        >
          {working ? 'Asking Microsoft…' : isForPerson ? 'Give your consent' : 'Connect'}
        </button>
      </p>
      {isForPerson && adminUrl !== '' && <AdminLink url={adminUrl} />}
    </section>
  );
}

function Obstacle({ problem, isForPerson }: { problem: ShownProblem; isForPerson: boolean }) {
  if (isForPerson)
    return (
      <p role="alert">
        Microsoft wants to ask you first: {problem.title.charAt(0).toLowerCase()}
        {problem.title.slice(1)}. A window opens, and then this tab goes on by itself.
      </p>
    );
  return (
    <p role="alert">
      {problem.title}. {problem.remedy}
    </p>
  );
}

function AdminLink({ url }: { url: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = () => {
    field.current?.select();
    // Where Teams does not let a tab write to the clipboard, the address is selected for the keyboard.
    void navigator.clipboard?.writeText(url).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  return (
    <details>
      <summary>Does Microsoft say “Need admin approval”?</summary>
      <p>Send this link to an administrator of your organization. It shows which permissions are asked for.</p>
      <p className="actions">
        <input ref={field} readOnly value={url} aria-label="Link for an administrator" />
        <button type="button" onClick={copy}>
          {copied ? 'Copied' : 'Copy'}
        </button>
      </p>
    </details>
  );
}

async function connectPatiently(tab: Tab): Promise<void> {
  for (const waitMs of waitsMs) {
    try {
      return await tab.connect();
    } catch (error) {
      if (!(error instanceof ApiError) || error.problem.code !== 'consent_missing') throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
  return tab.connect();
}
