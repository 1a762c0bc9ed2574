import { app, authentication } from '@microsoft/teams-js';

export type Theme = 'default' | 'dark' | 'contrast';

/** What shows the tab: Teams, Outlook, or what stands in for them. */
export type Host = {
  /** The token of whoever uses Teams, for Parley. Throws with Teams’ word for why there is none. */
  token(): Promise<string>;
  /** Opens an address the way the host wants it: its own meetings within it, everything else in a browser. */
  open(url: string): void;
  /** Opens a window of ours for the sign-in at Microsoft, until that window says that it is done or is closed. */
  askForConsent(url: string): Promise<void>;
};

/** Introduces the tab to its host; throws where there is none: the page was opened by itself. */
export async function openHost(standIn: string, onTheme: (theme: Theme) => void): Promise<Host> {
  await app.initialize(standIn === '' ? [] : [standIn]);
  const context = await app.getContext();
  onTheme(themeOf(context.app.theme));
  app.registerOnThemeChangeHandler((theme) => onTheme(themeOf(theme)));
  await app.notifySuccess();
  return {
    token: () => authentication.getAuthToken(),
    open: (url) => void app.openLink(url).catch(() => window.open(url, '_blank', 'noopener')),
    async askForConsent(url) {
      // The library takes https addresses only. On this machine, without TLS, the tab opens the window by itself.
      if (new URL(url).protocol === 'https:') await authentication.authenticate({ url, ...windowSize });
      else await untilClosed(window.open(url, '_blank', `popup,width=${windowSize.width},height=${windowSize.height}`));
    },
  };
}

const windowSize = { width: 600, height: 700 };

function untilClosed(opened: Window | null): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!opened) return reject(new Error('FailedToOpenWindow'));
    const watch = setInterval(() => {
      if (!opened.closed) return;
      clearInterval(watch);
      resolve();
    }, 200);
  });
}

/** Tells whoever opened this window how the consent ended. Nothing happens where nobody did. */
export async function endConsent(standIn: string, refusal: string): Promise<void> {
  if (window.location.protocol !== 'https:') return refusal === '' ? window.close() : undefined;
  await app.initialize(standIn === '' ? [] : [standIn]);
  if (refusal === '') authentication.notifySuccess('consented');
  else authentication.notifyFailure(refusal);
}

function themeOf(theme: string): Theme {
  return theme === 'dark' || theme === 'contrast' ? theme : 'default';
}
