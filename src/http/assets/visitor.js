// The visitor's pages work without this file. It saves a step here and a reload there.

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
    const button = form.querySelector('button');
    if (button.getAttribute('aria-disabled')) {
      event.preventDefault();
      return;
    }
    button.setAttribute('aria-disabled', 'true');
    button.textContent = form.dataset.busy;
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
    pauseMs = Math.min(pauseMs * 1.6, 60_000);
    if (section.dataset.state === 'waiting') timer = setTimeout(() => void poll(), pauseMs);
  }

  async function look() {
    const answer = await fetch(location.pathname).catch(() => undefined);
    if (!answer?.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const now = fresh.getElementById('link');
    if (!now) {
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

useOwnTimeZone();
addEventListener('DOMContentLoaded', () => {
  document.querySelectorAll('form[data-busy]').forEach(sendOnce);
  document.querySelectorAll('[data-events]').forEach(watchLink);
});
// A page that comes back from the browser's memory can be sent again.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
