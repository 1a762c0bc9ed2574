import { createRoot } from 'react-dom/client';
import { endConsent, openHost, type Theme } from './host.ts';
import { openTab } from './tab-api.ts';
import { Outside, TabPage } from './tab-page.tsx';
import './tab.css';

const { page, host: standIn = '', app: appId = '', refusal = '' } = document.body.dataset;
const wear = (theme: Theme) => void (document.documentElement.dataset['theme'] = theme);

async function start(): Promise<void> {
  const root = createRoot(document.querySelector('#tab') ?? document.body);
  try {
    const host = await openHost(standIn, wear);
    root.render(<TabPage host={host} tab={openTab(appId, () => host.token())} />);
  } catch {
    root.render(<Outside />);
  }
}

// What fails in the window is told by its text, which is there without any script.
void (page === 'consented' ? endConsent(standIn, refusal).catch(() => undefined) : start());
