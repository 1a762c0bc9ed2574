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
      await authentication.authenticate({ url, width: 600, height: 700 });
    },
  };
}

/** Tells the tab that opened this window how the consent ended. Nothing happens where no tab opened it. */
export async function endConsent(refusal: string): Promise<void> {
  await app.initialize([window.location.origin]);
  if (refusal === '') authentication.notifySuccess('consented');
  else authentication.notifyFailure(refusal);
}

function themeOf(theme: string): Theme {
  return theme === 'dark' || theme === 'contrast' ? theme : 'default';
}
