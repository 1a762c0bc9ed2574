// The visitor's pages work without this file. It saves a step here and a reload there.

const site = document.documentElement.dataset.embeddedIn;

/** Shows the times in the browser's zone where the server could only guess one. Runs before the page is painted. */
function useOwnTimeZone() {
  const guessed = document.documentElement.dataset.guessedZone;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!guessed || !own || own === guessed) return;
  const address = new URL(location.href);
  address.searchParams.set('tz', own);
  location.replace(address);
}

/** Sends each form once, however often its button is pressed. */
function sendOnce(form) {
  form.addEventListener('submit', (event) => {
    const button = event.submitter ?? form.querySelector('button');
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = 'yes';
    button.setAttribute('aria-disabled', 'true');
    if (button.classList.contains('primary')) button.textContent = form.dataset.busy;
  });
}

/** Turns “Making your Teams link…” into the link: told by the server, and looking now and then in case nothing is heard. */
function watchLink(section) {
  const heard = new EventSource(section.dataset.events);
  let pauseMs = 2000;
  let timer = setTimeout(() => void poll(), pauseMs);
  heard.addEventListener('change', () => void look());
  setTimeout(() => {
    section.dataset.late = '';
  }, 10_000);

  async function poll() {
    await look();
    pauseMs = Math.min(pauseMs * 1.6, section.dataset.state === 'requested' ? 15_000 : 60_000);
    if (['waiting', 'requested'].includes(section.dataset.state)) timer = setTimeout(() => void poll(), pauseMs);
  }

  async function look() {
    const answer = await fetch(location.href).catch(() => undefined);
    if (!answer?.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const now = fresh.getElementById('link');
    if (!now || (section.dataset.state === 'requested' && now.dataset.state !== 'requested')) {
      location.reload();
      return;
    }
    if (now.dataset.state === section.dataset.state) return;
    section.dataset.state = now.dataset.state;
    section.style.minBlockSize = `${section.offsetHeight}px`; // what is below stays where it is
    section.replaceChildren(...now.childNodes);
    document.getElementById('calendars')?.replaceWith(fresh.getElementById('calendars'));
    heard.close();
    clearTimeout(timer);
  }
}

/** Keeps the time while its form is filled in, longer while somebody types, and gives it back when they leave. */
function keepTime(form) {
  const place = form.querySelector('[data-held]');
  const field = form.elements.namedItem('hold') ?? form.appendChild(hidden('hold', ownKey()));
  const url = form.dataset.hold;
  let typedAt = Date.now();
  let timer;
  form.addEventListener('input', () => (typedAt = Date.now()));
  addEventListener('pagehide', () => {
    clearTimeout(timer);
    if (!form.dataset.sent)
      navigator.sendBeacon(url.replace(/\/hold$/, '/release'), new URLSearchParams({ hold: field.value }));
  });
  void ask();

  async function ask() {
    const askedAt = Date.now();
    const body = new URLSearchParams(
      [...new FormData(form)].filter(([name]) => !['name', 'email', 'note'].includes(name)),
    );
    const answer = await fetch(url, { method: 'POST', body }).catch(() => undefined);
    const told = await answer?.json().catch(() => undefined);
    if (!told?.words) return;
    place.textContent = told.words;
    if (!told.keptMs) return;
    timer = setTimeout(() => (typedAt > askedAt ? void ask() : wait(askedAt + told.keptMs)), told.keptMs - 120_000);
  }

  /** Nobody has typed for a while: the next key keeps the time again; without one, it is over. */
  function wait(endsAt) {
    form.addEventListener('input', renew, { once: true });
    timer = setTimeout(() => {
      place.textContent =
        'We no longer keep this time for you. You can still book it, as long as nobody else has. Go on typing, and we keep it again.';
    }, endsAt - Date.now());
  }

  function renew() {
    clearTimeout(timer);
    void ask();
  }
}

/** One key for each tab, so that a visitor who chooses another time lets go of the one before. */
function ownKey() {
  try {
    const key = sessionStorage.getItem('parley-hold') ?? newKey();
    sessionStorage.setItem('parley-hold', key);
    return key;
  } catch {
    return newKey(); // inside another site the browser may have no place to remember anything
  }
}

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(18))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function hidden(name, value) {
  return Object.assign(document.createElement('input'), { type: 'hidden', name, value });
}

/** A line of the transcript plays the recording from its moment, without loading the page anew. */
function playFrom(transcript) {
  const player = document.getElementById(transcript.dataset.player);
  if (!player) return;
  transcript.addEventListener('click', (event) => {
    const line = event.target.closest('a[data-seek]');
    if (!line || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    player.currentTime = Number(line.dataset.seek);
    player.play().catch(() => {}); // what goes wrong is said by the player
    player.scrollIntoView({ block: 'nearest' });
  });
}

/** Says in words that a recording cannot be played: its link has expired, or Microsoft does not give it out. */
function watchPlayer(words) {
  document.getElementById(words.dataset.unplayable)?.addEventListener('error', () => {
    words.hidden = false;
  });
}

/** Tells the site around the page how tall it is, and what was booked. */
function tellSite() {
  const tell = (message) => parent.postMessage({ parley: 1, ...message }, site);
  tell({ type: 'page' });
  new ResizeObserver(() => tell({ type: 'height', height: document.body.getBoundingClientRect().height })).observe(
    document.body,
  );
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented) tell({ type: 'close' });
  });
  const booked = document.querySelector('[data-booked]');
  if (!booked) return;
  tell({ type: 'booked', booking: JSON.parse(booked.dataset.booked) });
  const address = new URL(location.href);
  address.searchParams.delete('booked'); // it is told once, also when the page is loaded again
  history.replaceState(null, '', address);
}

useOwnTimeZone();
addEventListener('DOMContentLoaded', () => {
  document.querySelectorAll('form[data-busy]').forEach(sendOnce);
  document.querySelectorAll('[data-events]').forEach(watchLink);
  document.querySelectorAll('form[data-hold]').forEach(keepTime);
  document.querySelectorAll('.transcript[data-player]').forEach(playFrom);
  document.querySelectorAll('[data-unplayable]').forEach(watchPlayer);
  if (site && parent !== window) tellSite();
});
// A page that comes back from the browser's memory can be sent again.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
