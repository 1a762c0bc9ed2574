// Plays the part of Teams for the real @microsoft/teams-js in the frame: its messages are `{ id, uuidAsString, func,
// args }`, an answer repeats the ids and carries its own `args`, and an event has a `func` and no id.
'use strict';

const facts = JSON.parse(document.body.dataset.facts);
const frame = document.querySelector('#tab');
const loading = document.querySelector('#loading');
let theme = facts.theme;
let themeWanted = false;
/** The window that the tab asked for, with how to answer its question. */
let consenting;

/** Which messages of the tab are answered, and how. What is not here, Teams would answer; this frame stays silent. */
const answers = {
  // Frame context, client, what this host can do, and the newest library version it knows.
  initialize: () => ['content', 'web', JSON.stringify({ apiVersion: 4, supports: {} }), '2.58.0'],
  getContext: () => [context()],
  'authentication.getAuthToken': async () => {
    const response = await fetch('/teams/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ app: facts.appId, user: facts.user.id, origin: facts.origin }),
    });
    const { token, error } = await response.json();
    return token === undefined ? [false, error] : [true, token];
  },
  'authentication.authenticate': ([url, width = 600, height = 600]) => openWindow(url, width, height),
  executeDeepLink: ([url]) => {
    // Meetings of this emulator are joined on a page of its own.
    const isMeeting = /^teams\.(microsoft|live)\.com$/.test(new URL(url).hostname);
    window.open(isMeeting ? `/outlook/join?url=${encodeURIComponent(url)}` : url, '_blank', 'noopener');
    return [true];
  },
};

const notices = {
  registerHandler: ([name]) => {
    if (name === 'themeChange') themeWanted = true;
  },
  'appInitialization.appLoaded': () => (loading.hidden = true),
  'appInitialization.success': () => (loading.hidden = true),
  'appInitialization.failure': ([reason]) => (loading.textContent = `The app could not be loaded: ${reason}`),
};

/** What the window says that the tab opened. */
const windowAnswers = {
  initialize: () => ['authentication', 'web', JSON.stringify({ apiVersion: 4, supports: {} }), '2.58.0'],
};
const windowNotices = {
  'authentication.authenticate.success': ([result]) => endConsent([true, result]),
  'authentication.authenticate.failure': ([reason]) => endConsent([false, reason]),
};

window.addEventListener('message', (event) => {
  if (event.origin !== facts.origin || typeof event.data?.func !== 'string') return;
  if (event.source === frame.contentWindow) void take(event, answers, notices);
  else if (consenting && event.source === consenting.window) void take(event, windowAnswers, windowNotices);
});

document.querySelector('#theme').addEventListener('change', ({ target }) => {
  theme = target.value;
  document.documentElement.dataset.theme = theme;
  if (themeWanted) frame.contentWindow.postMessage({ func: 'themeChange', args: [theme] }, facts.origin);
});

async function take({ data, source }, answers, notices) {
  const { id, uuidAsString, func, args = [] } = data;
  notices[func]?.(args);
  const answer = await answers[func]?.(args);
  if (answer !== undefined) source.postMessage({ id, uuidAsString, args: answer }, facts.origin);
}

/** The names of the context are those that hosts send; the library turns them into its own. */
function context() {
  return {
    appId: facts.appId,
    entityId: facts.entityId,
    frameContext: 'content',
    hostClientType: 'web',
    hostName: 'Teams',
    locale: 'en-gb',
    loginHint: facts.user.userPrincipalName,
    sessionId: facts.appId,
    theme,
    tid: facts.user.tenantId,
    userDisplayName: facts.user.displayName,
    userObjectId: facts.user.id,
    userPrincipalName: facts.user.userPrincipalName,
  };
}

/** Teams opens windows for addresses of the app's own domains only, and tells when a person closes one. */
function openWindow(url, width, height) {
  if (!facts.validDomains.includes(new URL(url).host))
    return [false, 'The URL is not in the valid domains of the app.'];
  const opened = window.open(url, '_blank', `popup,width=${width},height=${height}`);
  if (opened === null) return [false, 'FailedToOpenWindow'];
  return new Promise((resolve) => {
    const watch = setInterval(() => opened.closed && endConsent([false, 'CancelledByUser']), 300);
    consenting = { window: opened, resolve, watch };
  });
}

function endConsent(answer) {
  if (!consenting) return;
  const { window: opened, resolve, watch } = consenting;
  clearInterval(watch);
  consenting = undefined;
  document.body.dataset.consent = answer[1]; // for whoever wants to see how the window ended
  resolve(answer);
  setTimeout(() => opened.close(), 200);
}
